"""The keys of the command line: what there is, and what is said when one is wrong."""
