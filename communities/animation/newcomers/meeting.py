"""Whom newcomers may like to meet: members who wrote lately, and have said something that they have said, too."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.models import Introduction
from communities.animation.newcomers.drafting import shared_answers
from communities.animation.newcomers.queries import Arrival
from communities.content.models import Post, Space
from communities.content.viewers import Viewer
from communities.letters import fold
from communities.models import Community, Membership

LATELY = datetime.timedelta(days=30)
WEEK = datetime.timedelta(days=7)
# Of those who wrote lately so many are looked at, and so many are named.
MOST_WRITERS, NAMED = 400, 3
SHORTEST, LONGEST = 3, 40


@dataclass(frozen=True)
class Suggestion:
    """A member whom a newcomer may like to meet, and why: the reason is what all of them will read."""

    person: Membership
    reason: str
    # How many newcomers they met this week.
    met: int = 0

    @property
    def number(self) -> str:
        """As the form sends it."""
        return str(self.person.pk)


@dataclass(frozen=True)
class Writer:
    """Somebody who wrote lately: in which spaces, what they say of themselves, their place as it is compared, how many
    newcomers they met."""

    person: Membership
    spaces: frozenset[int]
    said: Mapping[str, str]
    place: str
    met: int


def writers_for(community: Community, viewer: Viewer) -> list[Writer]:
    """Those who wrote lately where this viewer reads. Three queries, for however many newcomers."""
    now = timezone.now()
    recent = Post.objects.visible_to(viewer).filter(published_at__gte=now - LATELY, author__isnull=False)
    pairs = recent.order_by("-published_at").values_list("author_id", "thread__space_id")[:MOST_WRITERS]
    spaces: dict[int, set[int]] = {}
    for author, space in pairs:
        spaces.setdefault(author, set()).add(space)
    met = _met_this_week(now)
    people = Membership.objects.shown().not_suspended().filter(pk__in=spaces, member__isnull=False)
    return [
        Writer(one, frozenset(spaces[one.pk]), _words_of(community, one), fold(one.place), met.get(one.pk, 0))
        for one in people
    ]


def suggest_people(
    arrival: Arrival, *, community: Community, viewer: Viewer, but: Iterable[int] = ()
) -> list[Suggestion]:
    """Who wrote lately and has something in common: an answer, the place, the space of the first text."""
    space = arrival.text.thread.space if arrival.text is not None else None
    known = {*but, *(one.pk for one in arrival.met)}
    return suggested(arrival.person, writers_for(community, viewer), community, but=known, space=space)


def suggested(
    person: Membership,
    writers: Iterable[Writer],
    community: Community,
    *,
    but: Iterable[int] = (),
    space: Space | None = None,
) -> list[Suggestion]:
    """Of these writers the few that suit best. `space` is where the newcomer has begun; without it they need something
    in common that both have said."""
    mine, place, unwanted = _words_of(community, person), fold(person.place), {person.pk, *but}
    found: list[tuple[int, Suggestion]] = []
    for one in writers:
        if one.person.pk in unwanted:
            continue
        common = [words for key, words in one.said.items() if key in mine]
        near = bool(place) and place == one.place
        is_near_text = space is not None and space.pk in one.spaces
        score = 3 * len(common) + 2 * near + is_near_text - one.met
        reason = _reason(
            common, one.person.place if near else "", space.name if space and is_near_text else ""
        )
        if reason and score > 0:
            found.append((score, Suggestion(one.person, reason, one.met)))
    found.sort(key=lambda pair: (-pair[0], -pair[1].person.post_count, pair[1].person.pk))
    return [suggestion for _score, suggestion in found[:NAMED]]


def _reason(common: list[str], place: str, space: str) -> str:
    parts = [*common[:3], *([place] if place else [])]
    if not parts and space:
        return _("the space “%(space)s”") % {"space": space}
    return ", ".join(parts)[:200]


def _words_of(community: Community, person: Membership) -> Mapping[str, str]:
    """The single things that somebody names in their answers, folded, with how they wrote them."""
    said = (part for _label, words in shared_answers(community, person) for part in words.split(","))
    parts = (part.strip(" .;") for part in said)
    return {fold(part): part for part in parts if SHORTEST <= len(part) <= LONGEST}


def _met_this_week(now: datetime.datetime) -> dict[int, int]:
    found: dict[int, int] = {}
    for person in Introduction.objects.filter(at__gte=now - WEEK).values_list("person_id", flat=True)[:1000]:
        found[person] = found.get(person, 0) + 1
    return found
