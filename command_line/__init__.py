"""What the scripts at the top share: the keys and their ranges, errors in one line, the one place that instantiates."""
