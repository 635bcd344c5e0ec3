"""A page as it was scanned becomes dark lines on white paper; what is no line is kept apart."""
