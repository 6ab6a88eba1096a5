"""What the books of a residential compound are: decisions, memory, verbs and arrivals.

intake → actions → store → rules → errors; nothing here knows HTTP, PDF, Fava or Beancount.
"""
