"""What a picture is compared with. Terms see pictures, never curves."""
