"""Every way the books can refuse, in Chinese and English.

A refusal is an answer, not an accident: it has a stable code (also the end of the problem type
``urn:mingzhang:problem:<code>``), an HTTP status, and a sentence in each language that says what to do.

    Refusal
    ├── Malformed (400)      the request cannot be read
    ├── AccessRefused (401 / 403 / 404)
    ├── StateRefused (409)   right request, wrong moment
    ├── RuleRefused (422)    a rule of bookkeeping or law says no
    └── Unavailable (503)    the store cannot answer now
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """The books refuse; ``code``, ``status`` and the two sentences say why and what to do."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "请求被拒绝。"
    en: ClassVar[str] = "The request was refused."
    wait_seconds: ClassVar[int | None] = None  # after which trying again may help

    def __init__(self, *, pointer: str | None = None, **facts: object) -> None:
        """Keep the facts that fill the sentences and the JSON pointer to the field at fault."""
        self.pointer = pointer
        self.facts = facts
        super().__init__(self.detail("en"))

    def detail(self, language: str) -> str:
        """Return the sentence in ``zh`` or ``en``."""
        template = self.zh if language == "zh" else self.en
        return template.format(**self.facts)


class Malformed(Refusal):
    """The request cannot be read."""

    status = 400


class AccessRefused(Refusal):
    """Whoever asks may not."""

    status = 403


class StateRefused(Refusal):
    """The right request at the wrong moment."""

    status = 409


class RuleRefused(Refusal):
    """A rule of bookkeeping or law says no."""

    status = 422


class Unavailable(Refusal):
    """The books cannot answer now."""

    status = 503
    wait_seconds: ClassVar[int | None] = 5
