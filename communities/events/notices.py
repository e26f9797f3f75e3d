"""What people who registered are told, each of it once."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.content.models import State, Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.events.door import picture_address_of
from communities.events.door_codes import spaced
from communities.events.models import EVENT, Event, Registration
from communities.events.permissions import FEATURE
from communities.events.wording import moment_of, where_it_is
from communities.launch.features import is_open, is_open_to
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.queries import communities_by_id


class EventNotice(Notice):
    """About an event whose page its reader can open, and for which they are registered."""

    heading = Heading.TAKING_PART
    icon = "calendar"
    act: ClassVar[str | Promise] = gettext_lazy("See the event")
    why: ClassVar[str | Promise] = gettext_lazy("You are registered for this event.")
    # Whether it says nothing to who waits.
    for_who_comes: ClassVar[bool] = False
    # Whether it is for those who were taken off the list, and for them alone.
    for_who_is_off: ClassVar[bool] = False

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its page can be read and they are on its list: one question for all such lines."""
        if "events" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {one.thread_id for one in reading.lines if one.kind in NAMES}
            there = Thread.objects.visible_to(viewer).of_kind(EVENT).filter(pk__in=ids)
            rows = Registration.objects.filter(membership=reading.membership, event__in=there.values("pk"))
            reading.memo["events"] = {row.event_id: row for row in rows.select_related("event__thread")}
        mine = reading.memo["events"].get(line.thread_id)
        if (
            mine is None
            or mine.is_off is not self.for_who_is_off
            or (self.for_who_comes and not mine.is_coming)
        ):
            return False
        line.event, line.mine = mine.event, mine
        return is_open(reading.community, reading.membership, FEATURE)

    def title(self, line: Line) -> str:
        return str(line.event.thread.title)

    def lead(self, event: Event) -> str:
        """When and where."""
        return "\n".join(filter(None, [moment_of(event), where_it_is(event)]))

    def words(self, line: Line) -> Words:
        return Words(self.lead(line.event), str(self.act), str(self.why))


class NoticeWithCode(EventNotice):
    """Its mail holds the code for the door, too, for who has a place."""

    template = "events/door_mail"
    can_wait = False

    def words(self, line: Line) -> Words:
        said, community = super().words(line), communities_by_id.get(line.community_id)
        if community is None or not line.mine.is_coming or line.event.is_over:
            return said
        code = {"door_code": spaced(line.mine.door_code)}
        return replace(said, context=code | {"door_picture": picture_address_of(community, line.mine)})


@declare
class EventRegistered(NoticeWithCode):
    name = "event_registered"
    label = gettext_lazy("Registration for an event")
    order = 30
    question = gettext_lazy("I have registered for an event")
    for_who_comes = True

    def sentence(self, line: Line) -> str:
        return _("You are registered: %(event)s") % {"event": self.title(line)}


@declare
class PlaceFreed(NoticeWithCode):
    name = "place_freed"
    label = gettext_lazy("Place at an event")
    order = 31
    question = gettext_lazy("A place becomes free for me at an event")
    for_who_comes = True
    why = gettext_lazy("You were on the waiting list of this event.")

    def sentence(self, line: Line) -> str:
        return _("You have a place: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        said = _(
            "A place became free, and it is yours. If you cannot come, unregister: the next in line gets it."
        )
        return f"{said}\n\n{super().lead(event)}"


@declare
class EventReminder(NoticeWithCode):
    name = "event_reminder"
    label = gettext_lazy("Reminder of an event")
    order = 32
    question = gettext_lazy("An event that I am registered for begins within a day")
    for_who_comes = True

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
        said = _("The date, time or place has changed. These are the details now:")
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
            filter(None, [_("It will not take place."), event.cancel_reason, super().lead(event)])
        )


@declare
class EventBack(EventNotice):
    """Those who read that it was withdrawn are told that it can be read again."""

    name = "event_back"
    mail_kind = "decision"
    label = gettext_lazy("Event announced again")
    order = 35

    def sentence(self, line: Line) -> str:
        return _("Announced again: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        said = _("This event was withdrawn and has been announced again. These are the details now:")
        return f"{said}\n\n{super().lead(event)}"


@declare
class PutOnList(NoticeWithCode):
    """They did not ask for it, so that it cannot be muted."""

    name = "event_put_on"
    mail_kind = "decision"
    label = gettext_lazy("Put on the list of an event")
    order = 37
    why = gettext_lazy("An organiser has put you on the list of this event.")

    def sentence(self, line: Line) -> str:
        if line.mine.is_coming:
            return _("You were registered by an organiser: %(event)s") % {"event": self.title(line)}
        return _("You were put on the waiting list by an organiser: %(event)s") % {"event": self.title(line)}

    def lead(self, event: Event) -> str:
        said = _("If you cannot come, unregister: the next in line gets the place.")
        return f"{said}\n\n{super().lead(event)}"


@declare
class TakenOffList(EventNotice):
    name = "event_taken_off"
    mail_kind = "decision"
    label = gettext_lazy("Taken off the list of an event")
    icon = "alert"
    order = 38
    why = gettext_lazy("You were on the list of this event.")
    for_who_is_off = True

    def sentence(self, line: Line) -> str:
        if line.mine.out_of_id is not None:
            return _("You were taken out of your team: %(event)s") % {"event": self.title(line)}
        return _("You were taken off the list: %(event)s") % {"event": self.title(line)}

    def words(self, line: Line) -> Words:
        """Whom a captain took out of a team can come in another; whom an organiser took off the list cannot."""
        if line.mine.out_of_id is None:
            return super().words(line)
        said = _("Its captain has taken you out of your team. You can come in another, or start one.")
        lead = f"{said}\n\n{EventNotice.lead(self, line.event)}"
        return Words(lead, str(self.act), str(self.why))

    def lead(self, event: Event) -> str:
        said = _("You are no longer expected. Ask the organisers if you think that this is a mistake.")
        return f"{said}\n\n{super().lead(event)}"


@declare
class EventReport(EventNotice):
    name = "event_report"
    label = gettext_lazy("Report of an event")
    order = 39
    question = gettext_lazy("An organiser reports on an event that I was at")
    for_who_comes = True
    act = pgettext_lazy("of an event", "Read the report")
    why = gettext_lazy("You were registered for this event.")

    def sentence(self, line: Line) -> str:
        return _("How it was: %(event)s") % {"event": self.title(line)}


NAMES = frozenset(
    one.name
    for one in (
        EventRegistered, PlaceFreed, EventReminder, EventChanged, EventCancelled, EventBack, PutOnList,
        TakenOffList, EventReport,
    )
)  # fmt: skip


@declare
class EventWithdrawn(EventNotice):
    """Its page cannot be read any more: it says when it would have been, and no word of what was withdrawn."""

    name = "event_withdrawn"
    mail_kind = "decision"
    label = gettext_lazy("Event withdrawn")
    icon = "alert"
    order = 36
    act = gettext_lazy("See the events")

    def audience(self, people: list[int], about: About) -> list[int]:
        return people

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """Until it is back, for who is on its list."""
        if "events_gone" not in reading.memo:
            ids = {_number(one.occasion) for one in reading.lines if one.kind == self.name}
            rows = Registration.objects.filter(membership=reading.membership, event__in=ids)
            gone = rows.exclude(event__thread__state=State.PUBLISHED).select_related("event")
            reading.memo["events_gone"] = {row.event_id: row.event for row in gone}
        line.event = reading.memo["events_gone"].get(_number(line.occasion))
        return line.event is not None and is_open(reading.community, reading.membership, FEATURE)

    def sentence(self, line: Line) -> str:
        return _("An event is no longer announced: %(moment)s") % {"moment": moment_of(line.event)}

    def lead(self, event: Event) -> str:
        return _("Its page was withdrawn, so do not count on it. You will hear if it is announced again.")


def _number(occasion: str) -> int:
    first = occasion.partition(" ")[0]
    return int(first) if first.isdecimal() else 0
