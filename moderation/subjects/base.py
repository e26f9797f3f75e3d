"""A subject: everything that moderation must know of one kind of thing that it judges.

A new one is a file with a subclass, and its import in `moderation/apps.py` (or in the app that brings it). How a case
refers to its thing, and what keeps communities apart there: docs/decisions/0029-subjects.md.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Q
from django.template.defaultfilters import truncatewords
from django.utils.translation import gettext

from communities.content.models import Thread
from communities.content.text.extracts import shorten
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.scoping import CommunityOwned
from moderation.models import Case, Decision
from moderation.subjects.acts import Act, Offer
from moderation.subjects.registry import SUBJECTS
from moderation.subjects.registry import subject_about as _subject_about
from moderation.subjects.words import Sentence, Words
from moderation.vocabulary import add_act, add_outcome

T = TypeVar("T", bound=CommunityOwned)
# Where a case keeps what its thing said when it was reported once more: the last so many wordings, beside the first.
SINCE, MOST_SINCE = "since", 3


@dataclass(frozen=True)
class Judged:
    """The words that a decision is about, as they are kept with it. `kept` is what was taken away and can be put
    back."""

    text: str = ""
    title: str = ""
    posted_at: datetime.datetime | None = None
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FirstWords:
    """What a row of the queue shows of it."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Counted:
    """What is known of somebody's things of one kind."""

    published: int = 0
    withdrawn: int = 0


class Subject(Generic[T]):
    name: ClassVar[str]
    model: type[T]
    # What it is, in a row of the queue and above a case.
    label: Sentence
    acts: tuple[Act, ...] = ()
    words: Words
    # The words in addresses under /report/ that lead to it; the feature that must be open there.
    doors: tuple[str, ...] = ()
    feature = ""
    # Parts of pages: what is judged on the page of a case, and on the page where one reports it.
    case_template = "moderation/case_thing.html"
    report_template = "moderation/report_thing.html"
    # What the queue and the page of a case join to `Case`.
    listed: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    # The thing before its case: for those that other acts lock first.
    locks_first = False
    # Whether enough reports hide it until a person has read it.
    hides_by_rule = False
    # The journal's words for a report and for that rule. The first begins with `report_`: no reporter is named there.
    reports_as = ""
    hides_as = ""

    def __init_subclass__(cls) -> None:
        cls.reports_as = cls.reports_as or f"report_{cls.name}"
        cls.hides_as = cls.hides_as or f"hide_{cls.name}"

    # The thing of a case

    def reference(self, thing: T, prefix: str = "") -> Q:
        """Which cases are about it."""
        return Q(**{f"{prefix}subject": self.name, f"{prefix}thing_id": thing.pk})

    def columns(self, thing: T) -> dict[str, Any]:
        """What a new case keeps beside the name of its subject."""
        return {"thing_id": thing.pk}

    def thing_of(self, case: Case) -> T | None:
        """What a case is about, read through the scope, so never another community's row. None if it is gone."""
        if case.fetched is None and case.thing_id is not None:
            case.fetched = self.model.objects.filter(pk=case.thing_id).first()
        found: T | None = case.fetched
        return found

    def lock(self, thing_id: int | None) -> T | None:
        """As it is now, and nobody else's until the transaction ends."""
        found: T | None = self.model.objects.select_for_update(of=("self",)).filter(pk=thing_id).first()
        return found

    def locked(self, case: Case) -> T | None:
        return self.lock(case.thing_id)

    def attach(self, case: Case, thing: T) -> None:
        """What was locked is what the case is about from now on."""
        case.fetched = thing

    # What it is, and whose

    def title_of(self, thing: T) -> str:
        raise NotImplementedError

    def author_of(self, thing: T) -> Membership | None:
        """Whom a decision concerns."""
        raise NotImplementedError

    def key_of(self, thing: T) -> str:
        """What addresses and the journal call it."""
        return str(thing.pk)

    def state_of(self, thing: T) -> str:
        """Its state, for the journal; empty if it has none."""
        return ""

    def reach_of(self, thing: T) -> int:
        """How many people it reaches."""
        return 0

    def thread_of(self, thing: T) -> Thread | None:
        """The thread that it belongs to: notifications about it are grouped by it."""
        return None

    def address_of(self, thing: T) -> str:
        """Where it is seen."""
        raise NotImplementedError

    def snapshot_of(self, thing: T) -> dict[str, Any]:
        """What a case keeps of it as it was reported, where it has no versions of its own."""
        return {}

    def kept_again(self, case: Case, thing: T) -> dict[str, Any]:
        """The same once it was reported again: it may say something else by then, and once more before anybody reads
        it."""
        kept: dict[str, Any] = case.snapshot
        said = self.snapshot_of(thing)
        if not said or said in wordings(kept):
            return kept
        return {**kept, SINCE: [*kept.get(SINCE, []), said][-MOST_SINCE:]}

    def words_kept(self, kept: dict[str, Any]) -> str:
        """What `snapshot_of` keeps, in words."""
        return ""

    def words_before(self, case: Case, thing: T) -> list[tuple[Sentence, str]]:
        """What it said when the case was opened, and when it was reported since, where it says something else by now,
        or nothing."""
        first, *since = wordings(case.snapshot)
        now = self.words_kept(self.snapshot_of(thing)) if case.snapshot else ""
        then = [(gettext("When this case was opened"), self.words_kept(first))]
        then += [(gettext("When it was reported again"), self.words_kept(kept)) for kept in since]
        return [(label, said) for label, said in then if said and said != now]

    # Its words

    def text_of(self, thing: T) -> str:
        """Its text, without markup."""
        raise NotImplementedError

    def revision_of(self, thing: T) -> int:
        """A number up to 32767 that changes with what is judged: a decision names the one its moderator saw."""
        return zlib.crc32(self.text_of(thing).encode()) & 0x7FFF

    def judged(self, case: Case, thing: T, *, act: str, last: Decision | None = None) -> Judged:
        """What a decision keeps of it; asked before the act is carried out."""
        return Judged(self.text_of(thing), case.title)

    def excerpt_of(self, text: str) -> str:
        """The words of a decision as its statement shows them."""
        return truncatewords(text, 120)

    def first_words(self, cases: Sequence[Case]) -> dict[int, FirstWords]:
        """What the rows of the queue show, by the id of the case; one statement for all of them."""
        things = self.model.objects.in_bulk([case.thing_id for case in cases if case.thing_id])
        return {
            case.pk: FirstWords(shorten(self.text_of(things[case.thing_id]), 110))
            for case in cases
            if case.thing_id in things
        }

    def place_of(self, case: Case) -> Sentence:
        """Where it stands: its space, or what it is."""
        return case.space.name if case.space else self.label

    def context(self, case: Case, thing: T) -> dict[str, Any]:
        """What `case_template` needs beside case and thing: the words, and what surrounds them."""
        return {
            "text": self.text_of(thing),
            "address": self.address_of(thing),
            "before": self.words_before(case, thing),
        }

    def report_context(self, thing: T) -> dict[str, Any]:
        """What `report_template` needs beside the thing."""
        return {"text": shorten(self.text_of(thing), 280)}

    # Finding and reporting it

    def find(self, request: CommunityRequest, door: str, key: str) -> T | None:
        """What somebody wants to report, where they may read it."""
        return None

    def find_for_team(self, request: MemberRequest, key: str) -> T | None:
        """What somebody of the team wants to look at."""
        return None

    def find_decisions(self, key: str) -> Q | None:
        """Those about the thing that an address calls so; None where it calls nothing so."""
        return None

    def can_report(self, by: Membership | None, thing: T) -> bool:
        raise NotImplementedError

    def can_be_looked_at(self, thing: T) -> bool:
        """Whether the team may open a case about it that nobody asked for."""
        return True

    def hide_by_rule(self, thing: T) -> bool:
        """Hide it until a moderator has read it; False if it is hidden already."""
        return False

    def may_withdraw(self, case: Case) -> bool:
        """Whether its author may still take back what this case is about."""
        return True

    # What is known of its author

    def count_of(self, person: Membership) -> Counted:
        return Counted()

    # Its acts

    def act(self, name: str) -> Act | None:
        return next((act for act in self.acts if act.name == name), None)

    def offers(self, case: Case, names: Sequence[str]) -> list[Offer]:
        thing = self.thing_of(case)
        return [act.offered(case, thing) for act in self.acts if act.name in names]

    def answer_to(self, outcome: str) -> Sentence:
        """What its reporters are told; empty if it was left as it is."""
        if outcome == Case.Outcome.WITHDRAWN:
            return self.words.withdrawn
        return next((act.answer for act in self.acts if act.outcome == outcome), "")


def wordings(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """What a case keeps of its thing: as it was when the case was opened, then as it was reported since."""
    return [{name: said for name, said in kept.items() if name != SINCE}, *kept.get(SINCE, [])]


def register_subject(subject: Subject[Any]) -> None:
    """Let moderation judge things of this kind, and know its acts.

    Raises TypeError for a model that is no community's: what a case refers to is read through the scope.
    """
    if not issubclass(subject.model, CommunityOwned):
        raise TypeError(
            f"{subject.model.__name__} belongs to no community: nothing would keep its cases apart"
        )
    for act in subject.acts:
        add_act(act.word)
        add_outcome(act.outcome_word)
    SUBJECTS.register(subject)


def subject_of(case: Case) -> Subject[Any]:
    found: Subject[Any] = SUBJECTS[case.subject]
    return found


def subject_about(thing: Any) -> Subject[Any]:
    """The subject that judges things of this kind. Raises LookupError."""
    found: Subject[Any] = _subject_about(thing)
    return found


def subjects() -> list[Subject[Any]]:
    return list(SUBJECTS)


def thing_of(case: Case) -> Any:
    """What the case is about; None where it is gone."""
    return subject_of(case).thing_of(case)


def subject_behind(door: str) -> Subject[Any] | None:
    """The subject that an address under /report/ names."""
    return next((one for one in subjects() if door in one.doors), None)
