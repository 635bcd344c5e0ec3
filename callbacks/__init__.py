"""What watches a run: files, numbers, progress."""
