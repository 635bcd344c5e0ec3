"""Regions of a picture that a person would point at."""
