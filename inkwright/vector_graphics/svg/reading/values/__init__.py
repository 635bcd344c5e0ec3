"""Numbers, lengths, colours and transforms in the text of an SVG."""
