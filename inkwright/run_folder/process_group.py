"""Runs of several processes, one a device: which of them writes and speaks."""

import os
import sys
from typing import Any


def is_first_process() -> bool:
    """Whether this is the only process of the run, or the first of its group.

    Also known before the group exists: whoever starts the others tells them their number (Lightning and
    torchrun: LOCAL_RANK within a machine, NODE_RANK or GROUP_RANK among machines).
    """
    # A process that has not imported PyTorch is in no group of its.
    distributed: Any = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return bool(distributed.get_rank() == 0)
    return all(os.environ.get(name, "0") in ("", "0") for name in ("LOCAL_RANK", "NODE_RANK", "GROUP_RANK"))
