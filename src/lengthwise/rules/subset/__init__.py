"""Which Python a rule may be written in: the tables, the reader of sources and the checker."""
