"""Many experiments: overrides x pictures x seeds, here or on a cluster, and one page that compares them.

Whatever ``train.py -m`` understands is understood here; ``image=glob(photos/*.jpg)`` means all these.
"""

import sys

import train
from inkwright.command_line.keys.help_text import sweep_help_text
from inkwright.command_line.keys.override_quoting import SWEEP_FLAGS


def main() -> int:
    """The command line; returns the exit status: 0, or 2 if a job has no result."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.stdout.write(sweep_help_text())
        return 0
    sys.argv[1:] = ["-m", *(each for each in sys.argv[1:] if each not in SWEEP_FLAGS)]
    return train.main()


if __name__ == "__main__":
    sys.exit(main())
