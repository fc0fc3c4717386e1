"""Networks as blueprints: what they are made of, how they decode, how they are saved. This room needs torch."""
