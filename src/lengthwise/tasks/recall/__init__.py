"""Tasks whose answer recalls something from further back."""
