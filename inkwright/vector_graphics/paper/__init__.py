"""Drawings for paper: PDF files and the paths of pen plotters."""
