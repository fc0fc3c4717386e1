"""How a rule becomes instrumented Python: the plan of its statements, guards on its expressions, what is emitted."""
