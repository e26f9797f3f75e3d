"""What a moderator may do with what is judged, as a table: a row says who may, what happens and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from communities.models import Membership
from moderation.models import Case, Decision
from moderation.subjects.words import Sentence
from moderation.vocabulary import LEFT_UP, Outcome, Word


@dataclass(frozen=True)
class Order:
    """An act being carried out, under the lock: the case, what is judged, who decides and on which ground, and the
    decision before this one."""

    case: Case
    thing: Any
    by: Membership
    ground: str = ""
    last: Decision | None = None


@dataclass(frozen=True)
class Offer:
    """An act as a choice on the page of a case."""

    name: str
    label: Sentence
    key: str
    about: Sentence
    bad: bool


Saying = Sentence | Callable[[Case, Any], Sentence]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One row of the table.

    `may` also says whether the act makes sense now. `does` carries it out and may answer another name under which
    the decision is written down (declared as `becomes`); it raises NothingToDecide where nothing waits any more.
    """

    name: str
    # What a decision says it was; the same for all subjects that know an act of this name.
    done: Sentence
    # What one means to do; on the page of a case it may depend on what waits there.
    label: Sentence
    key: str
    outcome: str
    # The outcome in words, where this subject alone ends like that.
    outcome_label: Sentence = ""
    may: Callable[[Membership, Case, Any, Decision | None], bool]
    does: Callable[[Order], str | None]
    becomes: str = ""
    offer: Saying = ""
    about: Saying = ""
    bad: bool = False
    needs_ground: bool = False
    needs_reason: bool = False
    # The statement of reasons: what happened, what it changes, what one can do; and what who reported it hears.
    headline: Sentence = ""
    effect: Sentence = ""
    advice: Sentence = ""
    answer: Sentence = ""

    @property
    def restricts(self) -> bool:
        return self.outcome not in LEFT_UP

    @property
    def word(self) -> Word:
        return Word(self.name, self.done, self.restricts)

    @property
    def outcome_word(self) -> Word:
        shared = Outcome(self.outcome).label if self.outcome in Outcome.values else self.done
        return Word(self.outcome, self.outcome_label or shared)

    def offered(self, case: Case, thing: Any) -> Offer:
        label = _said(self.offer, case, thing) or self.label
        return Offer(self.name, label, self.key, _said(self.about, case, thing), self.bad)

    def is_written_as(self, name: str) -> bool:
        return bool(name) and name in (self.name, self.becomes)


def _said(saying: Saying, case: Case, thing: Any) -> Sentence:
    return saying(case, thing) if callable(saying) else saying


def does_nothing(_order: Order) -> None:
    """What is left as it is."""
