"""What the scripts at the top share: keys and their ranges, errors in one line, instantiation."""
