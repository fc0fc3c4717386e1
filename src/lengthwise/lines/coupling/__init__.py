"""Coupled ids without a hand-written rule: places that follow from what a task reads."""
