"""image=FOLDER: all pictures of a folder."""
