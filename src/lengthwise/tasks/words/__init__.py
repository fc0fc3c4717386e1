"""Rules over lists of words."""
