"""Which whole number each symbol gets."""
