"""Modules that train the networks of the small world."""
