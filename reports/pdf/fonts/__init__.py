"""The two faces every page is set in, and how they were made."""
