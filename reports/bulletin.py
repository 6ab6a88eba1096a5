"""The figures of one monthly bulletin: what is said on the notice board, computed once, drawn by others.

Frozen dataclasses only. Amounts are integer fen (``*_minor``) with the sign a reader expects: income and
expenses are positive, a fund that is short is negative. ``reports.figures`` says how a figure is absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from reports.figures import NOT_APPLICABLE, Figure, Missing, NotApplicable, add_figures, rate_bp

if TYPE_CHECKING:
    from reports.collection import Collection
    from reports.month.sections import Sections

# As chart.md 2.1 has it printed on every statement.
BASIS_ZH: Final = (
    "收入在收到款项并冲抵已到期应收时确认；支出在义务发生时确认；应收款以同额待实收列示，不增加结余。"
)

RowKind = Literal["opening", "income", "expense", "total", "closing", "of_which"]


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The head of the chain of acts: its number and the SHA-256 that closes everything up to it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One numbered line of a fund's statement (``domain.md`` 5.2 (1)).

    ``budget_minor`` None prints an empty cell; ``of_which`` lines explain the line above, in no sum.
    """

    line: int
    label_zh: str
    kind: RowKind
    month_minor: Figure
    year_to_date_minor: Figure
    budget_minor: Figure | None = None
    vouchers: tuple[str, ...] = ()
    remark: str = ""

    @property
    def execution_bp(self) -> int | None:
        """Year to date over the year's budget, in basis points."""
        return None if self.budget_minor is None else rate_bp(self.year_to_date_minor, self.budget_minor)


@dataclass(frozen=True, slots=True)
class Recognition:
    """From cash to income: cash received, of which prepaid or held, released from before, recognised.

    ``chart.md`` 2.1 wants cash and income side by side; the released part is shown so that a reader can add.
    """

    cash_received_minor: Figure
    of_which_prepaid_minor: Figure
    released_minor: Figure
    recognised_minor: Figure


@dataclass(frozen=True, slots=True)
class FundStatement:
    """The statement of one fund: numbered rows in printing order, and the closing figures below it.

    ``budget_zh`` says which budget the column shows, or that none is in force.
    """

    fund_code: str
    fund_zh: str
    rows: tuple[StatementRow, ...]
    closing_minor: Figure
    spendable_minor: Figure
    recognition: Recognition | None = None
    budget_zh: str = ""


@dataclass(frozen=True, slots=True)
class PublicIncomeRow:
    """One contract or kind of public income: gross, reasonable cost and net, always three figures (L06).

    ``expected_minor`` is the rent that fell due in the month, ``state_zh`` says what an empty figure means (L25).
    """

    item_zh: str
    counterparty: str
    period: str
    gross_minor: Figure
    cost_minor: Figure
    net_minor: Figure
    voucher: str
    expected_minor: Figure = NOT_APPLICABLE
    state_zh: str = ""
    related_party: bool = False


@dataclass(frozen=True, slots=True)
class PublicCostKind:
    """All costs of one kind: tax, energy, labour, the manager's fee."""

    label_zh: str
    amount_minor: Figure


@dataclass(frozen=True, slots=True)
class PublicCostLine:
    """One reasonable cost of public income; an empty voucher is printed as 无凭证."""

    label_zh: str
    amount_minor: Figure
    voucher: str


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """One share of the public income that was given out, with the vote that allowed it."""

    purpose_zh: str
    amount_minor: Figure
    vote: str


@dataclass(frozen=True, slots=True)
class PublicIncome:
    """Public income of the month (``domain.md`` 5.2 (2)); with no rows, ``empty`` says why there are none.

    ``not_applicable_zh`` are the kinds of which it was stated that the compound has none, with since when and why;
    ``missing_zh`` the kinds and contracts of which nobody has said anything (L25).
    """

    rows: tuple[PublicIncomeRow, ...]
    cost_lines: tuple[PublicCostLine, ...] = ()
    distribution: tuple[DistributionRow, ...] = ()
    empty: Missing | NotApplicable | Literal["none"] = "none"
    cost_kinds: tuple[PublicCostKind, ...] = ()
    not_applicable_zh: tuple[str, ...] = ()
    missing_zh: tuple[str, ...] = ()
    later_periods_minor: int = 0

    @property
    def gross_minor(self) -> Figure:
        """Sum of the gross column."""
        return add_figures(*(row.gross_minor for row in self.rows))

    @property
    def cost_minor(self) -> Figure:
        """Sum of the cost column."""
        return add_figures(*(row.cost_minor for row in self.rows))

    @property
    def net_minor(self) -> Figure:
        """Sum of the net column."""
        return add_figures(*(row.net_minor for row in self.rows))


@dataclass(frozen=True, slots=True)
class FundOverviewRow:
    """One fund from opening to closing; a memorandum fund (repair) is printed but never in a total.

    ``is_overdrawn``: more is spent or promised than it may spend (透支), which blocks further approvals.
    """

    fund_zh: str
    opening_minor: Figure
    receipts_minor: Figure
    expenses_minor: Figure
    transfers_minor: Figure
    closing_minor: Figure
    spendable_minor: Figure
    memorandum: bool = False
    is_overdrawn: bool = False


@dataclass(frozen=True, slots=True)
class HeldForOthersRow:
    """Money held for others (押金, 代收代付): never income; ``kept`` of it became a fund's own by agreement."""

    label_zh: str
    opening_minor: Figure
    received_minor: Figure
    returned_minor: Figure
    closing_minor: Figure
    kept_minor: Figure = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """One 冲销 or late entry of the month, and what it corrects (an entry, or a closed month)."""

    voucher: str
    corrects: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expense:
    """One large expense: who was paid, for what, by whose authority. A natural person is 个人-xxx.

    ``basis_zh`` is the kind of the authority, ``vote_zh`` how a vote went, ``keys_zh`` the bodies that asked,
    checked and approved: roles, never names.
    """

    paid_on: str
    voucher: str
    payee: str
    purpose: str
    amount_minor: int
    authority: str
    basis_zh: str = ""
    vote_zh: str = ""
    keys_zh: str = ""
    related_party: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """A number for complaints and its owner: the company, 居委会, 街道物管办."""

    label_zh: str
    number: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything one monthly bulletin says. Dates are ISO ``YYYY-MM-DD``, ``period`` is ``YYYY-MM``.

    ``head`` is the chain as it stood when the period closed; ``previous_head`` is what the bulletin before
    it printed. ``caretaker_zh`` is said on every page while a caretaker stands in for the committee. A reissue
    (``version`` > 1) names the SHA-256 it supersedes and its reason, else ValueError.
    """

    compound_zh: str
    compound_code: str
    period: str
    version: int
    posted_from: str
    posted_to: str
    place_zh: str
    profile_zh: str
    profile_verified: bool
    head: ChainHead
    previous_head: ChainHead | None
    funds: tuple[FundStatement, ...]
    overview: tuple[FundOverviewRow, ...]
    public_income: PublicIncome
    collection: Collection
    held_for_others: tuple[HeldForOthersRow, ...] = ()
    corrections: tuple[Correction, ...] = ()
    expenses: tuple[Expense, ...] = ()
    notes_zh: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    compiled_by_zh: str = ""
    year_from: str = ""
    verify_url: str = ""
    basis_zh: str = BASIS_ZH
    reason_zh: str | None = None
    supersedes: str | None = None
    sections: Sections | None = None
    caretaker_zh: str = ""

    def __post_init__(self) -> None:
        """Refuse a reissue that hides what it replaces."""
        if self.version < 1 or (self.version > 1) != bool(self.reason_zh and self.supersedes):
            raise ValueError("version 1 supersedes nothing; a later one names the old SHA-256 and the reason")

    @property
    def number(self) -> str:
        """Return the bulletin's own number, such as ``GS-2026-03-V1``."""
        return f"GS-{self.period}-V{self.version}"
