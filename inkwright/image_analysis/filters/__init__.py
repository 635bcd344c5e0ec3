"""Blurs and colour spaces."""
