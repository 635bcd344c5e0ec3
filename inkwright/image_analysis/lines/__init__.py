"""Where lines are, and how strong."""
