"""Objectives of single methods: errors near contours, lines as if alone, shapes kept to their masks."""
