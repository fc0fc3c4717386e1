"""Tasks on boards of rows and columns."""
