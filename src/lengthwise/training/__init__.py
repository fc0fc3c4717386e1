"""How weights are changed: one loop, one file for each recipe."""
