"""The tasks of Meta-RFFT (arXiv:2502.11525): which they are, and how they are split."""
