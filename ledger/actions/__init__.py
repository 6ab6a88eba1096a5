"""Verbs: one act of bookkeeping a file; each takes a journal and a command."""
