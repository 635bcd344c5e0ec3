"""What the tiny networks of the small world can do."""
