"""Objectives of single methods: errors near contours, lines judged as if alone, shapes kept to their masks."""
