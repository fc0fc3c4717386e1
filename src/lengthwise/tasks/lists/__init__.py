"""Rules over lists of numbers."""
