"""How much memory this process has needed."""

import re
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_memory_mb() -> float | None:
    """The most memory held since the start of the program, in MB of 10^6 bytes; None where nobody tells.

    Linux tells it exactly; elsewhere it is what ``getrusage`` says, which may count a larger parent.
    """
    if _STATUS.exists():
        peak = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text(encoding="utf-8"))
        if peak:
            return round(int(peak.group(1)) * 1024 / 1e6, 1)
    try:
        import resource
    except ImportError:
        return None
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(held / 1e6 if sys.platform == "darwin" else held * 1024 / 1e6, 1)
