"""What a drawing method is made of: sources of shapes, objective, stages, edits, best state, stop rules."""
