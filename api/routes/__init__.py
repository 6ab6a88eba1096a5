"""One resource a file: the shapes of its bodies, then its routes, read top to bottom."""
