"""Compiled fills: windings of pixels by edges that share none, exact areas of pixels that several share."""
