"""A fictional compound to try the books with."""
