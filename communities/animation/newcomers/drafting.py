"""A draft of a greeting, made of what somebody said themselves and nothing else; and whom they might like to meet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.models import Introduction
from communities.animation.newcomers.queries import Arrival
from communities.content.models import Post, State
from communities.content.viewers import Viewer
from communities.letters import fold
from communities.mails import speaking
from communities.models import Community, Membership
from communities.people.fields.defined import EVERYBODY, MEMBERS, fields_of
from communities.people.fields.showing import answer_to

LATELY = datetime.timedelta(days=30)
WEEK = datetime.timedelta(days=7)
# Of those who wrote lately so many are looked at, and so many are named.
MOST_WRITERS, NAMED = 400, 3
SHORTEST, LONGEST = 3, 40


@dataclass(frozen=True)
class Draft:
    """The words, and what they were made of; both empty for somebody who has said nothing."""

    words: str = ""
    made_of: tuple[str, ...] = ()


def draft_for(arrival: Arrival, *, by: Membership, community: Community) -> Draft:
    """In the newcomer’s language, from what every member may read of them."""
    person = arrival.person
    with speaking(community, person.language or community.language):
        said, made_of = [], list[str]()
        if arrival.text is not None:
            # A reply stands under somebody else’s title.
            begun = arrival.text.position == 1
            read = (
                _("I have read “%(title)s”: thank you for it.")
                if begun
                else _("I have read what you wrote in “%(title)s”: thank you for it.")
            )
            said.append(read % {"title": arrival.text.thread.title})
            made_of.append(arrival.text.thread.title)
        for label, words in shared_answers(community, person)[:2]:
            said.append(_("You say of yourself: %(words)s.") % {"words": words.rstrip(".!? ")})
            made_of.append(label)
        if person.place:
            said.append(_("You join us from %(place)s.") % {"place": person.place})
            made_of.append(person.place)
        if not said:
            return Draft()
        hello = _("Welcome, %(name)s.") % {"name": person.display_name}
        ask = _("What would you like to find here first?")
        words = "\n\n".join([hello, " ".join(said), ask, by.display_name])
    return Draft(words, tuple(made_of))


def shared_answers(community: Community, person: Membership) -> list[tuple[str, str]]:
    """Label and words of what other members may read of somebody."""
    found = []
    for one in fields_of(community):
        if (
            one.key in person.profile
            and one.seen_by in (EVERYBODY, MEMBERS)
            and one.kind not in ("file", "link")
        ):
            words = answer_to(one, person.profile).words
            if words:
                found.append((one.label, words))
    return found


@dataclass(frozen=True)
class Suggestion:
    """A member whom a newcomer may like to meet, and why: the reason is what all of them will read."""

    person: Membership
    reason: str
    # How many newcomers they met this week.
    met: int = 0


def suggest_people(
    arrival: Arrival, *, community: Community, viewer: Viewer, but: Iterable[int] = ()
) -> list[Suggestion]:
    """Who wrote lately and has something in common: an answer, the place, the space of the first text. Four queries."""
    person, now = arrival.person, timezone.now()
    recent = Post.objects.visible_to(viewer).filter(published_at__gte=now - LATELY, author__isnull=False)
    pairs = recent.order_by("-published_at").values_list("author_id", "thread__space_id")[:MOST_WRITERS]
    spaces: dict[int, set[int]] = {}
    for author, space in pairs:
        spaces.setdefault(author, set()).add(space)
    known = {person.pk, *but, *(one.pk for one in arrival.met)}
    shown = Membership.objects.shown().not_suspended()
    writers = shown.filter(pk__in=spaces.keys() - known, member__isnull=False)
    mine, met = _words_of(community, person), _met_this_week(now)
    here = arrival.text.thread.space if arrival.text is not None else None
    found: list[tuple[int, Suggestion]] = []
    for one in writers:
        common = [words for key, words in _words_of(community, one).items() if key in mine]
        near = bool(person.place) and fold(person.place) == fold(one.place)
        is_near_text = here is not None and here.pk in spaces[one.pk]
        score = 3 * len(common) + 2 * near + is_near_text - met.get(one.pk, 0)
        reason = _reason(common, one.place if near else "", here.name if here and is_near_text else "")
        if reason and score > 0:
            found.append((score, Suggestion(one, reason, met.get(one.pk, 0))))
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


def can_be_replied_to(arrival: Arrival) -> bool:
    text = arrival.text
    return text is not None and text.state == State.PUBLISHED and not text.thread.locked
