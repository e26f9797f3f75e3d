"""Finding people by their answers: the filters of the member list, and the field of the team’s list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from communities.models import Community, Membership, MembershipQuerySet
from communities.people.fields.defined import Field, fields_of
from communities.people.fields.kinds import KINDS, offered
from communities.people.fields.showing import audiences_of

# Up to so many people are looked up by their answers; of more, the list is read from its top.
FEW = 1000
# The name in an address: ?f-<key>=…
PREFIX = "f-"


@dataclass(frozen=True)
class Filter:
    """One filter of the member list; `options` is empty where words are typed."""

    field: Field
    typed: str
    options: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return PREFIX + self.field.key


def filters_for(community: Community, reader: Membership | None, query: Mapping[str, str]) -> list[Filter]:
    """What a reader can narrow the list down by: nothing that they could not see on a page. No query."""
    seen = audiences_of(reader)
    return [
        Filter(field, str(query.get(PREFIX + field.key, "")).strip()[:80], _options(field))
        for field in fields_of(community)
        if field.filters and field.seen_by in seen and KINDS[field.kind].can_filter
    ]


def _options(field: Field) -> list[tuple[str, str]]:
    return offered(field, [one.id for one in field.options]) if KINDS[field.kind].has_options else []


def narrowed(people: MembershipQuerySet, filters: Sequence[Filter]) -> MembershipQuerySet:
    """Those whose answers match each filter that is set; one query at most for each."""
    for one in filters:
        if one.typed:
            people = _with(people, one.field.key, KINDS[one.field.kind].wanted(one.field, one.typed))
    return people


def _with(people: MembershipQuerySet, key: str, wanted: list[Any]) -> MembershipQuerySet:
    if not wanted:
        return people.none()
    ids = _found({key: value} for value in wanted)
    if len(ids) <= FEW:
        return people.filter(pk__in=ids)
    # So common that the newest of them are near the top of the list: no index is faster than reading that.
    any_of = Q()
    for value in wanted:
        any_of |= Q(profile__contains={key: value})
    return people.filter(any_of)


def _found(documents: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select members_with(%s::jsonb[], %s)", [[json.dumps(one) for one in documents], FEW + 1]
        )
        return [row[0] for row in cursor.fetchall()]


def answered(people: MembershipQuerySet, field: Field, words: str) -> MembershipQuerySet:
    """For the team: those whose answer to a field holds the words."""
    return people.filter(KINDS[field.kind].found_by(field, words))
