"""Where the shapes of a drawing start."""
