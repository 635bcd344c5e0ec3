"""Masks become closed paths."""
