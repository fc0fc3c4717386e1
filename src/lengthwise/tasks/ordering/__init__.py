"""Tasks whose answer is an order of the input."""
