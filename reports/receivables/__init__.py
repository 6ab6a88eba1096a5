"""What units owe, how old it is, what was collected, and what passes to a new trustee: figures, computed once."""
