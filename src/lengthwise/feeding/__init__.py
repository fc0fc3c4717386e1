"""What a model is fed: mixtures of ingredients, batches in NumPy, and the process that makes them."""
