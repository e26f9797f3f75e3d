"""What the member list says of each person, beside their name: what they do, and what they and the reader share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from communities.models import Community, Membership
from communities.people.fields.defined import Field, fields_of
from communities.people.fields.kinds import KINDS
from communities.people.fields.showing import audiences_of

MOST = 4  # of a card


@dataclass(frozen=True)
class Interest:
    """One answer that was chosen of several, so that others may have given it; `filter` is the query that finds them,
    empty where the list cannot be narrowed by it."""

    words: str
    shared: bool
    filter: str = ""


@dataclass(frozen=True)
class Card:
    person: Membership
    interests: list[Interest]


def cards_of(community: Community, people: Sequence[Membership], reader: Membership | None) -> list[Card]:
    """A card for each; no query, and nothing that the reader could not see on a person's page."""
    seen = audiences_of(reader)
    fields = [one for one in fields_of(community) if KINDS[one.kind].has_options and one.seen_by in seen]
    return [Card(person, _interests(fields, person, reader)) for person in people]


def _interests(fields: Sequence[Field], person: Membership, reader: Membership | None) -> list[Interest]:
    """Shared ones first; of the reader’s own card none is."""
    own = _chosen(fields, reader) if reader is not None and reader.pk != person.pk else set()
    theirs = [
        Interest(words, (field.key, words) in own, _query(field, words))
        for field in fields
        for words in _parts(field, person)
    ]
    return sorted(theirs, key=lambda one: not one.shared)[:MOST]


def _chosen(fields: Sequence[Field], person: Membership) -> set[tuple[str, str]]:
    return {(field.key, words) for field in fields for words in _parts(field, person)}


def _parts(field: Field, person: Membership) -> list[str]:
    return KINDS[field.kind].parts(field, person.profile[field.key]) if field.key in person.profile else []


def _query(field: Field, words: str) -> str:
    if not field.filters:
        return ""
    option = next((one for one in field.options if field.name_of(one.id) == words), None)
    return f"f-{field.key}={option.id}" if option is not None else ""
