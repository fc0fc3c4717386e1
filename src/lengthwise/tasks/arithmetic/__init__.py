"""Tasks on numbers written in digits."""
