"""Where a picture is looked at."""
