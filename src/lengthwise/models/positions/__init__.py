"""How a position id enters the network: one file, one encoding."""
