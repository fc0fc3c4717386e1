"""Where every value of an execution came from."""
