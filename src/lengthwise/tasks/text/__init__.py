"""Rules over the letters of a text."""
