"""Numbers that are not the loss: how well a sketch draws its picture, how well lines agree."""
