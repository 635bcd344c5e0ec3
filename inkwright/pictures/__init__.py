"""Picture files: reading, scaling, masks, the bundled examples."""
