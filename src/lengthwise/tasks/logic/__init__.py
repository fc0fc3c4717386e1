"""Tasks on truth values and states."""
