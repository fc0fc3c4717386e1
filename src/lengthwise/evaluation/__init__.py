"""Grading, curves and the one loop that measures every solver."""
