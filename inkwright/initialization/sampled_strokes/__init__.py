"""Short strokes at places drawn at random, more often where a picture is looked at."""
