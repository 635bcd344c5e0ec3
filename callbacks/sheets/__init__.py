"""Sheets that show how a drawing came about: its start, rounds, layers, cells."""
