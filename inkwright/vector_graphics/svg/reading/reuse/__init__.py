"""What is drawn again and again: markers on vertices, tiles of patterns, embedded documents."""
