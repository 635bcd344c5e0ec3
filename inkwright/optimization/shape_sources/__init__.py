"""What is optimized: shapes as parameters, in blocks, and the changes of shapes between two steps."""
