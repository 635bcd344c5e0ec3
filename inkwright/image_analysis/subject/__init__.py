"""Which part of a picture is its subject."""
