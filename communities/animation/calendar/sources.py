"""What fills the calendar: planned, scheduled and published texts, what takes place, stages and banners."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.animation.calendar.ending import until_of
from communities.animation.calendar.items import CalendarSource, Item, Standing, Window
from communities.animation.calendar.models import Entry
from communities.animation.calendar.permissions import can_edit_calendar, can_see_calendar
from communities.animation.calendar.results import results_of
from communities.calendar import DAY, moments
from communities.content.kinds import KINDS, THREAD_KINDS
from communities.content.models import State, Thread
from communities.launch.models import Stage
from communities.launch.permissions import can_see_plan
from communities.models import Membership
from communities.models.memberships import STAFF_ROLES
from communities.promotions.models import Banner
from communities.promotions.permissions import can_edit_placement

# Of one window; a place that publishes more has a calendar of its own rules.
MOST = 400
# From so many days before its day on, what is not begun is late.
LATE = 1
# Lines at the side of cards, given to kinds of content in their order.
LOOKS = 5


def look_of(kind: str) -> str:
    """The line at the side of cards of a kind of content: the same one on every page."""
    names = [one.name for one in KINDS]
    return f"k-{names.index(kind) % LOOKS + 1}"


class Texts(CalendarSource):
    """Texts that are planned, scheduled or out. A text that an entry led to is one card, the entry’s."""

    name, order = "texts", 10

    def may(self, viewer: Membership) -> bool:
        return can_see_calendar(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        threads = list(_threads(window))
        mine = Q(day__gte=window.first, day__lte=window.last) | Q(thread__in=[one.pk for one in threads])
        entries = list(Entry.objects.shown().filter(mine)[:MOST])
        led = {one.thread_id for one in entries}
        results = results_of([one for one in threads if one.is_published], window)
        return [
            *(entry_item(one, window, results.get(one.thread_id or 0, "")) for one in entries),
            *(_thread_item(one, window, results.get(one.pk, "")) for one in threads if one.pk not in led),
        ]


def _threads(window: Window) -> Iterable[Thread]:
    """What is scheduled or taken back, as far as the viewer may open it; what is out, as far as it informs or the team
    wrote it.

    Members’ own conversations are no editorial matter.
    """
    start, end = moments(window.first, window.last, window.community)
    related = ("space", "author")
    informs = [one.name for one in THREAD_KINDS if one.informs]
    ours = Q(kind__in=informs) | Q(author__role__in=STAFF_ROLES)
    scheduled = Q(state=State.SCHEDULED, scheduled_for__gte=start, scheduled_for__lt=end)
    taken_back = ours & Q(state=State.RETIRED, published_at__gte=start, published_at__lt=end)
    unseen = Thread.objects.reachable_by(window.reader).filter(scheduled | taken_back)
    yield from unseen.select_related(*related).order_by("scheduled_for", "published_at")[:MOST]
    out = Thread.objects.visible_to(window.reader).filter(ours, published_at__gte=start, published_at__lt=end)
    yield from out.select_related(*related).order_by("-published_at")[:MOST]


def standing_of(entry: Entry) -> Standing:
    """Follows from the text that it led to; before there is one, what was said."""
    if entry.thread is None:
        return Standing(entry.step)
    of_text = {
        State.PUBLISHED: Standing.OUT,
        State.RETIRED: Standing.OUT,
        State.SCHEDULED: Standing.SCHEDULED,
        State.PENDING: Standing.REVIEW,
    }
    known = of_text.get(State(entry.thread.state))
    if known is not None:
        return known
    return Standing.REVIEW if entry.step == Entry.Step.REVIEW else Standing.WORK


def _moment_of(thread: Thread) -> datetime.datetime | None:
    was_out = thread.state in (State.PUBLISHED, State.RETIRED)
    return thread.published_at if was_out else thread.scheduled_for


def entry_item(entry: Entry, window: Window, result: str = "") -> Item:
    """The card of an entry; on the day of its text where that has one."""
    moment = _moment_of(entry.thread) if entry.thread is not None else None
    # An idea has no day; its card is shown nowhere but in the backlog.
    day, hour = window.local(moment) if moment else (entry.day or datetime.date.max, entry.hour)
    kind = THREAD_KINDS[entry.kind]
    standing = standing_of(entry)
    waits = standing in (Standing.IDEA, Standing.WORK) and not entry.is_begun
    return Item(
        uid=f"entry-{entry.pk}",
        title=entry.title,
        day=day,
        hour=hour,
        group=kind.name,
        label=str(kind.label),
        icon=kind.kind.icon,
        look=look_of(kind.kind.name),
        standing=standing,
        owner=entry.owner,
        url=reverse("animation:show-entry", args=[entry.pk]),
        fact=_space_of(entry, window),
        result=result,
        until=until_of(entry.thread, window),
        language=entry.thread.language if entry.thread is not None else "",
        entry=entry,
        is_text=True,
        is_late=waits and entry.day is not None and entry.day <= window.today + LATE * DAY,
        is_told=True,
        space_id=entry.space_id,
        brief=entry.brief,
    )


def _space_of(entry: Entry, window: Window) -> str:
    """Its name, for those who may know of it."""
    if entry.space is None:
        return _("no space yet")
    knows = can_edit_calendar(window.viewer) or entry.space_id in window.reader.space_ids
    return entry.space.name if knows else ""


def _thread_item(thread: Thread, window: Window, result: str) -> Item:
    moment = _moment_of(thread)
    assert moment is not None  # the queries have looked
    day, hour = window.local(moment)
    kind = THREAD_KINDS[thread.kind]
    return Item(
        uid=f"text-{thread.pk}",
        title=thread.title,
        day=day,
        hour=hour,
        group=kind.name,
        label=str(kind.label),
        icon=kind.kind.icon,
        look=look_of(kind.kind.name),
        standing=Standing.SCHEDULED if thread.state == State.SCHEDULED else Standing.OUT,
        owner=thread.author,
        url=thread.get_absolute_url(),
        fact=thread.space.name,
        result=result,
        until=until_of(thread, window),
        language=thread.language,
        is_text=True,
        is_told=True,
        space_id=thread.space_id,
    )


class TakingPlace(CalendarSource):
    """Events, sessions, ends of votes: what kinds of content say of themselves."""

    name, order = "taking-place", 20

    def may(self, viewer: Membership) -> bool:
        return can_see_calendar(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        found = []
        for kind in KINDS:
            for one in kind.planned(window.reader, window.first, window.last):
                day, hour = window.local(one.starts_at)
                over = (one.ends_at or one.starts_at) < window.now
                item = Item(
                    uid=f"{kind.name}-{one.url}",
                    title=one.title,
                    day=day,
                    hour=hour,
                    group=kind.name,
                    label=str(kind.label),
                    icon=kind.icon,
                    look=look_of(kind.name),
                    standing=Standing.OUT if over else Standing.SCHEDULED,
                    ends_at=one.ends_at,
                    url=one.url,
                )
                found.append(item)
        return found


class Stages(CalendarSource):
    """Stages of the launch: when they were opened, when they are to open."""

    name, order = "stages", 30

    def may(self, viewer: Membership) -> bool:
        return can_see_plan(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        start, end = moments(window.first, window.last, window.community)
        opened = Q(opened_at__gte=start, opened_at__lt=end)
        planned = Q(opened_at__isnull=True, planned_for__gte=start, planned_for__lt=end)
        return [self._item(stage, window) for stage in Stage.objects.filter(opened | planned).in_order()]

    def _item(self, stage: Stage, window: Window) -> Item:
        moment = stage.opened_at or stage.planned_for
        assert moment is not None  # the query has looked
        day, hour = window.local(moment)
        return Item(
            uid=f"stage-{stage.pk}",
            title=stage.name,
            day=day,
            hour=hour,
            group="stage",
            label=_("Stage"),
            icon="stages",
            look="k-stage",
            standing=Standing.OUT if stage.opened_at else Standing.SCHEDULED,
            url=reverse("launch:show-stage", args=[stage.place]),
            fact=str(stage.get_audience_display()),
            is_told=True,
        )


class Banners(CalendarSource):
    """The day on which a banner begins to be shown."""

    name, order = "banners", 40

    def may(self, viewer: Membership) -> bool:
        return can_edit_placement(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        start, end = moments(window.first, window.last, window.community)
        rows = Banner.objects.kept().filter(starts_at__gte=start, starts_at__lt=end)
        return [
            self._item(one, window)
            for one in rows.select_related("created_by").order_by(F("starts_at"), "pk")[:MOST]
        ]

    def _item(self, banner: Banner, window: Window) -> Item:
        day, hour = window.local(banner.starts_at)
        fact = str(banner.get_placement_display())
        if banner.ends_at is not None:
            last = window.local(banner.ends_at)[0]
            fact = _("%(place)s, until %(day)s") % {"place": fact, "day": date_format(last, "j F")}
        return Item(
            uid=f"banner-{banner.pk}",
            title=banner.text,
            day=day,
            hour=hour,
            group="banner",
            label=_("Banner"),
            icon="image",
            look="k-banner",
            standing=Standing.OUT if banner.starts_at <= window.now else Standing.SCHEDULED,
            ends_at=banner.ends_at,
            owner=banner.created_by,
            url=reverse("promotions:edit-banner", args=[banner.pk]),
            fact=fact,
        )
