"""The same instances in formats that others already read: files to train on, with a card, a manifest and hashes."""
