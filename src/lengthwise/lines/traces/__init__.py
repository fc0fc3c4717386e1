"""Which working is written: a set of kinds."""
