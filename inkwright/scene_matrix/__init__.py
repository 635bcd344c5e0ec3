"""Matrices of sketches of one scene: columns of fidelity, rows of simplicity, cells of regions."""
