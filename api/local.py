"""How a command line on the server's own machine says who it is."""

from __future__ import annotations

#: Headers of a command on the server's own machine: the secret of the lock file, and whom it acts for.
LOCAL_SECRET = "Mingzhang-Local"  # noqa: S105 - the name of a header
LOCAL_USER = "Mingzhang-User"

#: Whom such a command acts for where nobody is named.
DEFAULT_USER = "operator"
