"""What becomes of what is kept about a person: each model that leads to one says it, field by field.

    class Reaction(CommunityOwned):
        personal = (
            Personal("membership", leaving=KEEP, with_texts=DELETE, exported_as="reactions", why="…"),
        )

A person leaves and lets their texts stand, leaves and takes them along, or is erased: each asks no less than the
one before. A model without an answer fails `tests/sweeps/test_personal.py`; leaving obeys the answers
(`communities/people/departing.py`), and so does what a person takes away (`communities/people/taking_away.py`).
Why: docs/decisions/0030-personal-data.md.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as filled_by
from typing import Any, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models


class Departure(enum.Enum):
    """The ways in which somebody goes, the mildest first."""

    LEAVING = "leaving"
    LEAVING_WITH_TEXTS = "leaving with texts"
    ERASURE = "erasure"


class Outcome(enum.IntEnum):
    """What happens to a row, the mildest first."""

    KEEP = 0
    """It stays, and leads to a membership without name, picture or words: “Former member”."""
    DETACH = 1
    """It stays, and leads to nobody: the key is null, the address blank."""
    EMPTY = 2
    """Its place stays, its words go."""
    DELETE = 3


KEEP, DETACH, EMPTY, DELETE = Outcome


@dataclass(frozen=True)
class Personal:
    """The answer of one field that leads to a person.

    `with_texts` and `erasure` are as the milder departure where nothing is said. `among` narrows the rows that are
    meant, and `part` names them; `together_with` is the record whose way takes these rows along. `exported_as` names
    the table in what a person takes away, `withheld` the columns that are not in it: what others know or decided.
    """

    field: str
    leaving: Outcome
    with_texts: Outcome | None = None
    erasure: Outcome | None = None
    why: str = ""
    exported_as: str = ""
    withheld: tuple[str, ...] = ()
    among: Mapping[str, Any] = filled_by(default_factory=dict)
    part: str = ""
    together_with: str = ""

    def on(self, departure: Departure) -> Outcome:
        with_texts = self.leaving if self.with_texts is None else self.with_texts
        return {
            Departure.LEAVING: self.leaving,
            Departure.LEAVING_WITH_TEXTS: with_texts,
            Departure.ERASURE: with_texts if self.erasure is None else self.erasure,
        }[departure]


@dataclass(frozen=True)
class Leaver:
    """The person leaving: id, verified addresses, and the handles by which others mentioned them."""

    membership_id: int
    departure: Departure
    account_id: int | None = None
    addresses: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """One answer and the model that gives it."""

    model: type[models.Model]
    personal: Personal

    @property
    def name(self) -> str:
        """`content.Post.author`, or `content.Post.author (drafts)`."""
        part = f" ({self.personal.part})" if self.personal.part else ""
        return f"{self.model._meta.label}.{self.personal.field}{part}"

    @property
    def column(self) -> models.Field[Any, Any]:
        return cast("models.Field[Any, Any]", self.model._meta.get_field(self.personal.field))

    @property
    def way(self) -> Way | None:
        return _WAYS.get(self.name)

    def of(self, leaver: Leaver) -> models.Q:
        """The rows that lead to this person; by addresses, to any of them."""
        if self.holds_addresses:
            return _any_of(self._at(address) for address in leaver.addresses)
        to_account = self.column.is_relation and self.column.related_model is get_user_model()
        who = leaver.account_id if to_account else leaver.membership_id
        return models.Q((self.personal.field, who), **self.personal.among) if who else NOBODY

    def _at(self, address: str) -> models.Q:
        name = self.personal.field
        return models.Q((f"{name}__contains", [address]) if self.is_list else (f"{name}__iexact", address))

    @property
    def is_list(self) -> bool:
        return hasattr(self.column, "base_field")

    @property
    def holds_addresses(self) -> bool:
        return _is_address(self.column)


# Does a part of what a departure asks of a record, at most so many rows; fewer mean that nothing is left to do.
Way = Callable[[Leaver, int], int]
NOBODY = models.Q(pk__in=[])
_WAYS: dict[str, Way] = {}

# Libraries’ tables about an account. An account belongs to no community: its rows go with it, not with a membership.
OF_LIBRARIES = {
    "account.EmailAddress": (
        Personal(
            "user",
            KEEP,
            erasure=DELETE,
            exported_as="addresses",
            why="The account’s, for all its communities.",
        ),
        Personal("email", KEEP, erasure=DELETE, why="Goes with its account."),
    ),
    "members.Member_groups": (Personal("member", KEEP, erasure=DELETE, why="Rights of operators."),),
    "members.Member_user_permissions": (
        Personal("member", KEEP, erasure=DELETE, why="Rights of operators."),
    ),
    # Our tags have a table of their own, content.TaggedThread.
    "taggit.TaggedItem": (Personal("content_object", KEEP, why="Names things, never people; stays empty."),),
}


def register_way(name: str, way: Way) -> None:
    """Carry out a record by a service of its package, where deleting rows is not all: counters, files, places."""
    if _WAYS.setdefault(name, way) is not way:
        raise ValueError(f"{name} has a way already")


# Moves the rows of one record from one membership to another of the same person: `merger(kept, gone)`, by their ids.
Merger = Callable[[int, int], None]
_MERGERS: dict[str, Merger] = {}


def register_merger(name: str, merger: Merger) -> None:
    """Carry out one record of merging two memberships, where moving rows is not all: rows that cannot be changed,
    figures to be added, texts that must never be taken for doubles."""
    if _MERGERS.setdefault(name, merger) is not merger:
        raise ValueError(f"{name} has a merger already")


def merger_of(name: str) -> Merger | None:
    return _MERGERS.get(name)


def stays(kept: int, gone: int) -> None:
    """The merger of what nobody may change: it goes on leading to the emptied membership, which leads to the other."""


def known_ways() -> tuple[str, ...]:
    return tuple(_WAYS)


def all_models() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def records() -> list[Record]:
    """Every answer, in the order in which they are carried out: what leads to the account comes last."""
    found = [Record(model, one) for model in all_models() for one in answers_of(model)]
    return sorted(found, key=lambda one: one.model._meta.label == "communities.Membership")


def answers_of(model: type[models.Model]) -> tuple[Personal, ...]:
    own: tuple[Personal, ...] = vars(model).get("personal", ())
    return own or OF_LIBRARIES.get(model._meta.label, ())


def fields_about_people(model: type[models.Model]) -> list[str]:
    """The fields of a model that need an answer: keys of people, addresses, keys of anything."""
    return [
        one.name for one in [*model._meta.local_concrete_fields, *model._meta.private_fields] if _asks(one)
    ]


def _asks(one: Any) -> bool:
    if hasattr(one, "ct_field"):
        # A generic key may lead to a person: its model says to whom it does.
        return True
    if one.is_relation:
        return getattr(one.related_model, "stands_for_person", False)
    return _is_address(one) or one.name in NUMBERS


def _is_address(one: Any) -> bool:
    return isinstance(getattr(one, "base_field", one), models.EmailField) or one.name in ADDRESSES


# Addresses in columns that are no e-mail fields, and numbers of people without a key.
ADDRESSES = frozenset({"email", "recipient", "recipients"})
NUMBERS = frozenset({"person", "person_id", "member_id", "membership_id", "user_id", "author_id"})


def _any_of(conditions: Iterator[models.Q]) -> models.Q:
    found = models.Q()
    for one in conditions:
        found |= one
    return found or NOBODY
