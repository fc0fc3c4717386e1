"""Rules over the digits of a number."""
