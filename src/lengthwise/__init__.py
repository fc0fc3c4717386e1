"""lengthwise: how far does a sequence model trained on short inputs stay right, and what makes it stay right for longer?"""

__version__ = "0.1.0"
