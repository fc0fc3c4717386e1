"""Solvers without weights: the right answers, the task's own program, and a file of answers."""
