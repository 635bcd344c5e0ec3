"""How CPU kernels are compiled, kept, and shared among threads."""
