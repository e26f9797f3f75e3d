"""The home page's sections that show what the owner put there: chosen threads, a text, links."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.models import Thread
from communities.content.showing.home import unread_of
from communities.homepage import Block, Reader, Section, Visit

FEATURED = 3
EVERYBODY = Reader.VISITOR | Reader.MEMBER


def chosen_threads(visit: Visit) -> dict[int, Thread]:
    """The threads that the owner chose and this reader may read, by id: one query, and none where none is chosen."""
    return visit.once("front.chosen", lambda: _chosen(visit))


def _chosen(visit: Visit) -> dict[int, Thread]:
    kept = kept_of(visit)
    wanted: set[int] = set()
    # What is put away is not fetched either.
    shown = {section.name for section in visit.sections}
    if Featured.name in shown:
        wanted |= set(_ids(kept.get("featured")))
    if Week.name in shown:
        wanted |= set(_ids([kept.get("week")]))
    if not wanted:
        return {}
    visible = Thread.objects.visible_to(visit.viewer).filter(pk__in=wanted)
    return {thread.pk: thread for thread in visible.with_people()}


def kept_of(visit: Visit) -> Mapping[str, Any]:
    kept = visit.community.settings.get("home")
    return kept if isinstance(kept, Mapping) else {}


def _ids(kept: object) -> list[int]:
    return [one for one in kept if isinstance(one, int)] if isinstance(kept, Iterable) else []


class Featured(Section):
    """Threads chosen by hand, in the order in which they were chosen."""

    name, area, order = "front.featured", "wide", 10
    whom, block = EVERYBODY, "featured"
    template = "front/sections/featured.html"
    stand_ins = FEATURED

    def has_source(self, visit: Visit) -> bool:
        return bool(kept_of(visit).get("featured"))

    def is_quiet(self, visit: Visit, since: datetime.datetime) -> bool:
        """Only when none of them can be read any more: what the team chose for being good does not age here."""
        return not self.threads(visit)

    def threads(self, visit: Visit) -> Sequence[Thread]:
        found = chosen_threads(visit)
        return [found[pk] for pk in _ids(kept_of(visit).get("featured"))[:FEATURED] if pk in found]

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = self.threads(visit)
        return {"threads": threads, "unread": unread_of(visit)} if threads else None


class Week(Section):
    """One thread that everybody is asked to answer."""

    name, area, order = "front.week", "main", 15
    whom, block = EVERYBODY, "week"
    template = "front/sections/week.html"
    stand_ins = 1

    def has_source(self, visit: Visit) -> bool:
        return bool(kept_of(visit).get("week"))

    def threads(self, visit: Visit) -> Sequence[Thread]:
        found = chosen_threads(visit).get(kept_of(visit).get("week", 0))
        return [found] if found else []

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = self.threads(visit)
        return {"thread": threads[0]} if threads else None


class OwnText(Section):
    """A few words of the team."""

    name, area, order = "front.text", "aside", 5
    whom, block = EVERYBODY, "text"
    template = "front/sections/text.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        text = kept_of(visit).get("text")
        return dict(text) if isinstance(text, Mapping) and text.get("body") else None


class OwnLinks(Section):
    """Ways to the brand's other places."""

    name, area, order = "front.links", "aside", 40
    whom, block = EVERYBODY, "links"
    template = "front/sections/links.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        links = kept_of(visit).get("links")
        return {"links": links} if isinstance(links, list) and links else None


def register() -> None:
    for section in (Featured(), Week(), OwnText(), OwnLinks()):
        homepage.sections.register(section)
    for block in (
        Block("welcome", _("Welcome"), _("Visitors: photograph and way in. Members: a greeting."), 10),
        Block(
            "featured",
            _("Featured"),
            _("Up to three texts chosen by hand."),
            20,
            _("Choose up to three texts."),
            "#id_featured",
        ),
        Block(
            "week",
            _("Question of the week"),
            _("One that everybody is asked to answer."),
            30,
            _("Choose a question."),
            "#id_week",
        ),
        Block(
            "text",
            _("Your own text"),
            _("A heading and a few sentences."),
            100,
            _("Write it."),
            "#id_text_body",
        ),
        Block(
            "links",
            _("Your own links"),
            _("To your shop, your help, your other places."),
            110,
            _("Add a link."),
            "#links-of-yours",
        ),
    ):
        homepage.blocks.register(block)
