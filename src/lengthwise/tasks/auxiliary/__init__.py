"""Tasks made by hand to help another one: each asks for one local step of it."""
