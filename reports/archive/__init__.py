"""A compound's books in one file: written, read back, checked by anybody, and brought in again."""
