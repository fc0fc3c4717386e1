"""`python -m lengthwise.cli` is `lengthwise`."""

from lengthwise.cli import main

if __name__ == "__main__":
    main()
