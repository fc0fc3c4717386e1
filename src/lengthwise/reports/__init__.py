"""Figures, tables and pages, made from folders alone."""
