"""That a text has an end: a card on that day, and a word to its authors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.calendar.items import CalendarSource, Item, Standing, Window
from communities.animation.calendar.permissions import can_see_calendar
from communities.calendar import moments
from communities.content.models import State, Thread
from communities.content.permissions import can_retire_thread
from communities.content.signing import co_authors_of
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.services import tell
from communities.queries import local_path

# Of one window, as with texts.
MOST = 400


class Ends(CalendarSource):
    """The day on which a text is taken back, to come or past."""

    name, order = "ends", 15

    def may(self, viewer: Membership) -> bool:
        return can_see_calendar(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        start, end = moments(window.first, window.last, window.community)
        rows = Thread.objects.reachable_by(window.reader).filter(
            Q(state__in=(State.SCHEDULED, State.PUBLISHED, State.RETIRED)),
            retires_at__gte=start,
            retires_at__lt=end,
        )
        return [
            self._item(one, window)
            for one in rows.select_related("space", "author").order_by("retires_at")[:MOST]
        ]

    def _item(self, thread: Thread, window: Window) -> Item:
        assert thread.retires_at is not None  # the query has looked
        day, hour = window.local(thread.retires_at)
        may = can_retire_thread(window.viewer, thread)
        return Item(
            uid=f"end-{thread.pk}",
            title=_("End of “%(title)s”") % {"title": thread.title},
            day=day,
            hour=hour,
            group="end",
            label=_("End of a text"),
            icon="clock",
            look="k-stage",
            standing=Standing.OUT if thread.state == State.RETIRED else Standing.SCHEDULED,
            owner=thread.author,
            url=reverse("content:retire-thread", args=[thread.slug]) if may else thread.get_absolute_url(),
            fact=thread.space.name,
            space_id=thread.space_id,
        )


def until_of(thread: Thread | None, window: Window) -> str:
    """What the card of a text says of its end."""
    if thread is None or thread.retires_at is None:
        return ""
    day = date_format(window.local(thread.retires_at)[0], "j F")
    if thread.state == State.RETIRED:
        return _("taken back: %(day)s") % {"day": day}
    return _("public until %(day)s") % {"day": day}


def tell_authors(sender: type[Thread], thread: Thread, by: Membership | None, **_extra: Any) -> None:
    """All who have signed a text learn what becomes of it, but for whoever does it."""
    own = [thread.author_id] if thread.author_id is not None else []
    signed = {*own, *co_authors_of([thread.pk]).get(thread.pk, ())}
    told = sorted(signed - {by.pk if by is not None else None})
    if not told:
        return
    path = local_path(thread.get_absolute_url())
    # The moment makes each time one of its own: what was put back is told, too.
    occasion = f"{thread.pk} {_standing(thread)} {timezone.now().isoformat()}"
    tell(TextEnds, told, About(actor=by, path=path, occasion=occasion))


def _standing(thread: Thread) -> str:
    if thread.state == State.RETIRED:
        return "over"
    return "until" if thread.retires_at is not None else "again"


@declare
class TextEnds(Notice):
    """A text of theirs is public until a day, was taken back, or is public for good."""

    name = "text_ends"
    label = gettext_lazy("End of a text of yours")
    heading = Heading.TEXTS
    icon = "clock"
    order = 76
    question = gettext_lazy("A text of mine is taken back, or will be on a day")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as the text is theirs, and stands as was said."""
        if "ending_texts" not in reading.memo:
            ids = {_parts(one)[0] for one in reading.lines if one.kind == self.name}
            reading.memo["ending_texts"] = Thread.objects.in_bulk(ids)
            reading.memo["signed_with"] = co_authors_of(ids)
        line.ending = reading.memo["ending_texts"].get(_parts(line)[0])
        return (
            line.ending is not None
            and reading.membership.pk
            in (line.ending.author_id, *reading.memo["signed_with"].get(line.ending.pk, ()))
            and line.ending.state in (State.SCHEDULED, State.PUBLISHED, State.RETIRED)
            and _standing(line.ending) == _parts(line)[1]
        )

    def sentence(self, line: Line) -> str:
        thread = _thread(line)
        title = thread.title if thread is not None else ""
        standing = _parts(line)[1]
        if standing == "over":
            return _("“%(title)s” was taken back by the team") % {"title": title}
        if standing == "again" or thread is None or thread.retires_at is None:
            return _("“%(title)s” is public for good") % {"title": title}
        day = date_format(localtime(thread.retires_at), "DATETIME_FORMAT")
        return _("“%(title)s” is public until %(day)s") % {"title": title, "day": day}

    def words(self, line: Line) -> Words:
        lead = {
            "over": _(
                "You still read it, with its answers; others no longer do. The team can publish it again."
            ),
            "until": _(
                "Then only its authors and the team can read it, with its answers. The team can change "
                "the day."
            ),
        }.get(_parts(line)[1], _("It is not taken back. Its address and its answers are what they were."))
        return Words(lead, _("See the text"), _("You have signed this text."))


def _parts(line: Line) -> tuple[int, str]:
    number, _space, rest = line.occasion.partition(" ")
    return (int(number) if number.isdecimal() else 0), rest.partition(" ")[0]


def _thread(line: Line) -> Thread | None:
    if not hasattr(line, "ending"):
        line.ending = Thread.objects.filter(pk=_parts(line)[0]).first()
    found: Thread | None = line.ending
    return found
