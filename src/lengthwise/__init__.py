"""How far a sequence model trained on short inputs stays right, and what makes it stay right for longer."""

__version__ = "0.1.0"
