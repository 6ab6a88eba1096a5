"""Decisions: frozen dataclasses and pure functions. No SQL, no clock, no framework."""
