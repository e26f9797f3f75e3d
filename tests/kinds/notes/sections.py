from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from communities import homepage
from communities.content.models import Thread
from communities.content.showing.home import only
from communities.content.viewers import readable_spaces
from communities.homepage import Section, Visit
from tests.kinds.notes.models import NOTE, NOTES

SHOWN = 3


def newest_notes(visit: Visit) -> list[Thread]:
    return visit.once("notes.newest", lambda: _newest(visit))


def _newest(visit: Visit) -> list[Thread]:
    here = only(visit.viewer, readable_spaces(visit.community, visit.viewer, NOTES))
    notes = Thread.objects.visible_to(here).of_kind(NOTE).published_before()
    return list(notes.select_related("author", "space")[:SHOWN]) if here.space_ids else []


class NewestNotes(Section):
    name, area, order = "notes.newest", "aside", 90
    feature = "notes"
    template = "notes/newest.html"

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return newest_notes(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        notes = newest_notes(visit)
        return {"notes": notes} if notes else None


def register() -> None:
    homepage.sections.register(NewestNotes())
