"""What people who registered are told, each of it once."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.events.models import EVENT, Event
from communities.events.permissions import FEATURE
from communities.events.wording import moment_of, where_it_is
from communities.launch.features import is_open, is_open_to
from communities.models import Membership
from communities.notices import About, Line, Notice, Reading, Words, declare


class EventNotice(Notice):
    """About an event whose page its reader can open."""

    icon = "calendar"
    act: ClassVar[str | Promise] = gettext_lazy("See the event")
    why: ClassVar[str | Promise] = gettext_lazy("You are registered for this event.")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its page can be read: one question for all such lines."""
        if "events" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {one.thread_id for one in reading.lines if one.kind in NAMES}
            there = Thread.objects.visible_to(viewer).of_kind(EVENT).filter(pk__in=ids)
            events = Event.objects.filter(thread__in=there.values("pk")).select_related("thread")
            reading.memo["events"] = {event.pk: event for event in events}
        line.event = reading.memo["events"].get(line.thread_id)
        return line.event is not None and is_open(reading.community, reading.membership, FEATURE)

    def title(self, line: Line) -> str:
        return str(line.event.thread.title)

    def lead(self, event: Event) -> str:
        """When and where."""
        return "\n".join(filter(None, [moment_of(event), where_it_is(event)]))

    def words(self, line: Line) -> Words:
        return Words(self.lead(line.event), str(self.act), str(self.why))


@declare
class EventRegistered(EventNotice):
    name = "event_registered"
    label = gettext_lazy("Registration for an event")
    order = 30
    question = gettext_lazy("I have registered for an event")

    def sentence(self, line: Line) -> str:
        return _("You are registered: %(event)s") % {"event": self.title(line)}


@declare
class PlaceFreed(EventNotice):
    name = "place_freed"
    label = gettext_lazy("Place at an event")
    order = 31
    question = gettext_lazy("A place becomes free for me at an event")
    why = gettext_lazy("You were on the waiting list of this event.")

    def sentence(self, line: Line) -> str:
        return _("You have a place: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        said = _(
            "A place became free, and it is yours. If you cannot come, unregister: the next in line gets it."
        )
        return f"{said}\n\n{super().lead(event)}"


@declare
class EventReminder(EventNotice):
    name = "event_reminder"
    label = gettext_lazy("Reminder of an event")
    order = 32
    question = gettext_lazy("An event that I am registered for begins within a day")

    def sentence(self, line: Line) -> str:
        return _("Coming up: %(event)s") % {"event": self.title(line)}


@declare
class EventChanged(EventNotice):
    name = "event_changed"
    mail_kind = "decision"
    label = gettext_lazy("Event changed")
    order = 33

    def sentence(self, line: Line) -> str:
        return _("Changed: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        said = _("Day, hour or place have changed. This is what holds now:")
        return f"{said}\n\n{super().lead(event)}"


@declare
class EventCancelled(EventNotice):
    name = "event_cancelled"
    mail_kind = "decision"
    label = gettext_lazy("Event cancelled")
    icon = "alert"
    order = 34

    def sentence(self, line: Line) -> str:
        return _("Cancelled: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        return "\n\n".join(
            filter(None, [_("It does not take place."), event.cancel_reason, super().lead(event)])
        )


NAMES = frozenset(
    one.name for one in (EventRegistered, PlaceFreed, EventReminder, EventChanged, EventCancelled)
)
