"""Tables, pages and sheets that compare runs; reads run folders, knows nothing of how they came about."""
