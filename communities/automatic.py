"""What an automation can be made of: what it begins with, what it asks, what it does. Each room brings its own.

    class Joined(Trigger):
        name, order = "joined", 10
        label = _("somebody joins")
        gives = frozenset({PERSON})

        def past(self, span): ...

    triggers.register(Joined())
    happened("joined", community_id, lambda: [Occurrence("member 7", at, person=7)])

A *moment* is told by its room inside the transaction in which it happens (`happened`); a *state* (“for a day nobody has
answered”) is asked for by a job (`due`). Both can say what they would have been in the past, for rehearsals. Rooms
register when their app is ready; `communities/animation/automations` puts the three together and knows none by name.
Why so: docs/decisions/0068-automations.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise

from communities.models import Community, Membership
from communities.registries import Registry
from communities.signals import something_happened

# What an occurrence leads to, and what conditions and acts ask for.
PERSON, THREAD, POST, MATTER = "person", "thread", "post", "matter"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Occurrence:
    """One thing that happened, or a state that something has reached at a moment.

    `subject` names the thing (“member 7”): an automation takes one subject at one moment up once. `person`, `thread`,
    `post` are numbers of rows; `path` leads to it where it is none of these. `otherwise` says, in rehearsals, what
    happened without an automation. `row` is, of a state, the number by which those of one moment follow each other.
    """

    subject: str
    at: datetime.datetime
    person: int | None = None
    thread: int | None = None
    post: int | None = None
    path: str = ""
    what: str = ""
    otherwise: str = ""
    row: int = 0


@dataclass(frozen=True)
class Span:
    """A part of the past (`since` < moment ≤ `until`), and the most occurrences that are asked for.

    With `after` also those at `since` itself whose row comes after this one: there may be more of one moment than are
    asked for at once.
    """

    community: Community
    since: datetime.datetime
    until: datetime.datetime
    most: int = 500
    after: int = 0

    def holding(self, column: str, wait: datetime.timedelta) -> Q:
        """The rows whose column was `wait` before a moment of this part."""
        since, until = self.since - wait, self.until - wait
        within = Q(**{f"{column}__gt": since, f"{column}__lte": until})
        return within | Q(**{column: since, "pk__gt": self.after}) if self.after else within


@dataclass
class Found:
    """What an occurrence leads to, read now: rows, or None where it leads to none, or to none any more."""

    community: Community
    at: datetime.datetime
    now: datetime.datetime
    person: Membership | None = None
    thread: Any = None
    post: Any = None
    path: str = ""
    what: str = ""
    subject: str = ""
    # What several conditions or cases of one rehearsal ask for; of a rehearsal also the numbers of all its people and
    # threads, so that one query answers for all.
    memo: dict[str, Any] = field(default_factory=dict)

    def people_together(self) -> list[int]:
        """The numbers of the people to ask for at once: of all cases, or of this one."""
        return self.memo.get("people") or ([self.person.pk] if self.person is not None else [])

    def threads_together(self) -> list[int]:
        """The same of threads."""
        return self.memo.get("threads") or ([self.thread.pk] if self.thread is not None else [])

    def whats_together(self) -> list[str]:
        """The same of what their triggers call by a name of their own."""
        return self.memo.get("whats") or [self.what]


class _Part:
    """Has no state of its own: two of one class are the same, so that an app may be made ready twice."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Trigger(_Part):
    """What an automation begins with."""

    name: ClassVar[str]
    # As it reads after “When”.
    label: ClassVar[str | Promise]
    order: ClassVar[int] = 50
    gives: ClassVar[frozenset[str]] = frozenset()
    # Whether a job asks for it; else its room tells of it.
    is_state: ClassVar[bool] = False
    # The source of Today whose matter it is, and what the number of the matter counts (PERSON or THREAD).
    on_today: ClassVar[tuple[str, str] | None] = None

    def fields(self, community: Community) -> dict[str, forms.Field]:
        """What is asked beside the name, as fields of a form; their values are kept as JSON."""
        return {}

    def said(self, values: Values) -> str:
        """The same in words, after “When”."""
        return str(self.label)

    def known_to(self, reader: Membership) -> bool:
        """Whether this person may be told that it happened, where it leads neither to a person nor to a text."""
        return True

    def may_be_told(self, reader: Membership, what: str) -> bool:
        """The same of one occurrence, by its `what`."""
        return self.known_to(reader)

    def fitting(self, found: Sequence[Occurrence], values: Values) -> list[Occurrence]:
        """Those of what happened that are what was asked for."""
        return list(found)

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        """What would have begun it in a part of the past, the oldest first. Reads only."""
        raise NotImplementedError

    def due(self, values: Values, span: Span) -> Sequence[Occurrence]:
        """Of a state: what has reached it in a part of the past and is still in it, the oldest first."""
        return self.past(values, span)

    def lasts(self, values: Values) -> datetime.timedelta:
        """Of a state: how long it takes until it is reached. The longer, the later it may be noticed."""
        return datetime.timedelta(0)

    def holds(self, found: Found, values: Values) -> bool:
        """Whether it is still so when the act is about to be done."""
        return True

    def comes_to_today(self, values: Values) -> bool:
        """Whether what it begins with is a matter of Today by then."""
        return self.on_today is not None


class Condition(_Part):
    """What has to hold as well. Its choices are what can be asked: one of them is kept, by its key."""

    name: ClassVar[str]
    # As it reads after “if”, before the choice: “the space is”.
    label: ClassVar[str | Promise]
    order: ClassVar[int] = 50
    needs: ClassVar[frozenset[str]] = frozenset()

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        raise NotImplementedError

    def holds(self, found: Found, key: str) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Order:
    """An act that is about to be done, in the name of `by`. `to` is whom it is given to, `words` what they read."""

    found: Found
    by: Membership
    values: Values
    trigger: Trigger
    to: Membership | None = None
    words: str = ""
    # Names this one firing of one automation, for what may exist once.
    mark: str = ""


@dataclass(frozen=True)
class Outcome:
    """What was done. `kept` is what undoing needs; `made` are subjects of triggers that it brought about: of what an
    automation did, no other one hears."""

    kept: Mapping[str, Any] = field(default_factory=dict)
    made: tuple[tuple[str, str], ...] = ()


class Automatic(_Part):
    """What an automation does: through the service of the act, with its check of the right, in a person’s name."""

    name: ClassVar[str]
    # As it reads after “then”.
    label: ClassVar[str | Promise]
    order: ClassVar[int] = 50
    needs: ClassVar[frozenset[str]] = frozenset()
    # Whether it says something to the person whom it is about: then who does not want that is left in peace.
    writes: ClassVar[bool] = False
    # The kind of notice that can be muted, where it writes.
    notice: ClassVar[str] = ""
    # What is asked beside the name.
    asks_words: ClassVar[bool] = False
    asks_to: ClassVar[str | Promise] = ""
    can_be_undone: ClassVar[bool] = False

    def fields(self, community: Community) -> dict[str, forms.Field]:
        return {}

    def said(self, values: Values, to: str, by: str) -> str:
        """In words, after “then”."""
        return str(self.label)

    def takes(self, trigger: Trigger) -> bool:
        """Whether it can follow this trigger."""
        return self.needs <= trigger.gives

    def may(self, by: Membership) -> bool:
        """Whether this person may do so at all; asked when it is made and each time before it runs."""
        raise NotImplementedError

    def may_be_given_to(self, to: Membership, trigger: Trigger) -> bool:
        """Whether this person can be chosen as `to`."""
        return True

    def check(self, trigger: Trigger, when: Values, values: Values) -> str:
        """Why it cannot follow what was asked of the trigger, in a sentence; empty where it can."""
        return ""

    def foresees(self, order: Order) -> str:
        """Why it would not be done, in a sentence, without doing anything; empty where nothing is known against it."""
        return ""

    def do(self, order: Order) -> Outcome:
        """Do it. Raises DomainError where it cannot be done for this one."""
        raise NotImplementedError

    def undo(self, order: Order, kept: Mapping[str, Any], *, by: Membership) -> None:
        """Put back what stood before. Raises DomainError, NotAllowed."""
        raise NotImplementedError


def number_in(values: Values, name: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most` out of kept values; the default for what is none. What was brought from another
    installation has passed no form."""
    try:
        number = int(values.get(name) or default)
    except (TypeError, ValueError, OverflowError):
        return default
    return min(max(number, 1), most)


triggers: Registry[Trigger] = Registry("trigger of automations")
conditions: Registry[Condition] = Registry("condition of automations")
automatics: Registry[Automatic] = Registry("act of automations")


def happened(trigger: str, community_id: int, occurrences: Callable[[], Iterable[Occurrence]]) -> None:
    """Tell of a moment, inside its transaction. `occurrences` is asked only where some automation begins with it.

    Raises KeyError for a trigger that nobody has registered.
    """
    something_happened.send(
        sender=Trigger, trigger=triggers[trigger], community_id=community_id, occurrences=occurrences
    )
