"""One paper or one question a file: experiments, and the claims about their curves, written down before the runs."""
