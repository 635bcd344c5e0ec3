"""Names of layers that a user gives are checked, and the nearest is offered."""

import difflib
from collections.abc import Collection, Sequence


def check_names(names: Collection[str], known: Sequence[str], network: str) -> None:
    """Refuses unknown names of layers of a network.

    Raises:
        ValueError: one is unknown; the nearest is offered.
    """
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(f"layers names {name!r}; {hint}{network} has {', '.join(known)}")
