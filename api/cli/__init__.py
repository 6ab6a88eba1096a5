"""``mingzhang``: the same acts from a terminal; all but ``init`` and ``serve`` are calls of the interface.

Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage, 3 unavailable.
"""
