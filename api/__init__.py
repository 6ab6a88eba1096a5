"""Every door into the books: HTTP, Fava, and the command line."""
