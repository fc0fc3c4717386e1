"""What the rewritten program calls while it runs: limits, guards, rendering."""
