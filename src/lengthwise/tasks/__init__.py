"""One public task a file, in the folder of its family."""
