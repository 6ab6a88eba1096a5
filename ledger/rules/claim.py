"""A loss, and who answers for it."""

from __future__ import annotations

from enum import StrEnum


class Against(StrEnum):
    """Whom a loss is claimed from."""

    TRUSTEE = "trustee"
    FORMER_TRUSTEE = "former_trustee"
    OTHER = "other"
