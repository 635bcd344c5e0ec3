"""Sweeps: jobs, folders, searches, clusters."""
