"""What measures the project: `python -m benchmarks.<folder>.<script>`."""

import inkwright as inkwright  # before torch, whose idle threads it sends to sleep
