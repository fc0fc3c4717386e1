"""How attention scores are scaled, hidden and normalised: one file, one member."""
