"""Figures first, then ink: each statement is a frozen dataclass computed once; PDF, JSON and text only draw it."""
