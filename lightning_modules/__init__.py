"""What is optimized: one file per system, and the loop that all of them share."""
