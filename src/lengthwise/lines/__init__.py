"""From a problem to what a model reads."""
