"""What watches training in the small world: scores on the held-out set, the networks as files."""
