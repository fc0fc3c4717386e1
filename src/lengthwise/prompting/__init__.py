"""Ways to ask a language model, one a file: each turns an instance and a style of trace into a Request."""
