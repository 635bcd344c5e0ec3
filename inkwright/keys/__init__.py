"""What can be set from the command line: every key, declared once, and read by all who need to know."""

from inkwright.keys.declarations import declared_keys
from inkwright.keys.key import Key

__all__ = ["Key", "declared_keys"]
