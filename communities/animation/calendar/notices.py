"""Whoever is to write a text is told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.calendar.models import Entry
from communities.animation.calendar.permissions import can_own_entry
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


@declare
class TextGiven(Notice):
    """A planned text is theirs to write."""

    name = "text_given"
    label = gettext_lazy("Text to write")
    heading = Heading.RUNNING
    icon = "calendar"
    order = 87
    question = gettext_lazy("Somebody asks me to write a planned text")
    can_wait = False

    def is_asked(self, membership: Membership) -> bool:
        return membership.is_staff

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as it is with them."""
        if "planned_texts" not in reading.memo:
            ids = {_number(one.occasion) for one in reading.lines if one.kind == self.name}
            rows = Entry.objects.filter(pk__in=ids)
            reading.memo["planned_texts"] = {row.pk: row for row in rows}
        line.entry = reading.memo["planned_texts"].get(_number(line.occasion))
        return (
            line.entry is not None
            and line.entry.owner_id == reading.membership.pk
            and can_own_entry(reading.membership)
        )

    def sentence(self, line: Line) -> str:
        entry = _entry(line)
        title = entry.title if entry is not None else ""
        if entry is not None and entry.ritual_id is not None and line.actor is None:
            return _("“%(title)s” is due again, and yours to write") % {"title": title}
        name = str(line.actor.display_name) if line.actor else _("Former member")
        return _("%(name)s asks you to write “%(title)s”") % {"name": name, "title": title}

    def words(self, line: Line) -> Words:
        entry = _entry(line)
        lead = entry.brief if entry is not None else ""
        lead = lead or _("The calendar says what it is about and when it is due.")
        return Words(lead, _("See what is planned"), _("The team plans its texts in a calendar."))


def _number(occasion: str) -> int:
    first = occasion.partition(" ")[0]
    return int(first) if first.isdecimal() else 0


def _entry(line: Line) -> Entry | None:
    if not hasattr(line, "entry"):
        line.entry = Entry.objects.filter(pk=_number(line.occasion)).first()
    found: Entry | None = line.entry
    return found
