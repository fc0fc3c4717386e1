"""Rules that take back what they put down."""
