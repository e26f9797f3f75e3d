"""Writing an event, changing it, cancelling it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from communities.content.models import Space, State, Thread
from communities.content.permissions import WITHDRAWN
from communities.content.services import (
    judge_beside,
    publish_thread,
    revise_thread,
    start_thread,
)
from communities.content.services.waiting import opening_of
from communities.content.viewers import refuse_closed_space
from communities.events.exceptions import (
    CancelledAlready,
    FewerThanTaken,
    NoHour,
    OverAlready,
    TeamsLarger,
    TeamsSettled,
    WordsNotOpen,
)
from communities.events.models import EVENT, REMINDED_BEFORE, WORDS, Event, Registration
from communities.events.permissions import FEATURE, can_edit_event
from communities.events.registering import held, move_up
from communities.events.series import Series, Wish
from communities.events.teams import Team
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from members.jobs import ask_for

# Makes the dates of a series that has just been said; by name, as services lie below the tasks.
DATES = "communities.events.tasks.announce_dates_here"


@dataclass(frozen=True)
class Facts:
    """What a form says of an event beside its title and text; the fields of Event of the same names."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    zone: str
    place: str = ""
    map_url: str = ""
    online_url: str = ""
    capacity: int | None = None
    guests_each: int = 0
    team_size: int | None = None
    questions: str = ""
    price: str = ""
    price_url: str = ""
    registers_until: datetime.datetime | None = None


@dataclass(frozen=True)
class Written:
    """The text of an event, as its form sends it."""

    title: str
    body: str
    body_format: str = "html"
    tags: Sequence[str] = ()
    language: str = ""
    submission: uuid.UUID | None = field(default=None)


@transaction.atomic
def write_event(
    space: Space,
    *,
    by: Membership,
    community: Community,
    text: Written,
    facts: Facts,
    draft: bool = False,
    repeats: Wish | None = None,
) -> Thread:
    """Start an event, as a draft or published; with `repeats` it is the first date of a series. What is beside the text
    is stored first, so that it is judged with it.

    The same `submission` twice returns the first one. Raises as `start_thread`.
    """
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=EVENT,
        title=text.title,
        body=text.body,
        body_format=text.body_format,
        tags=list(text.tags),
        language=text.language,
        state=State.DRAFT,
        submission=text.submission,
    )
    event, is_new = Event.objects.get_or_create(thread=thread, defaults=asdict(facts))
    if is_new:
        _repeat(event, repeats)
    if is_new and not draft:
        publish_thread(thread, by=by)
    thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread


def _repeat(event: Event, wish: Wish | None) -> None:
    """An event becomes the first date of a series, if it is to; the others follow by the clock."""
    if wish is None or event.series_id is not None:
        return
    series = Series(every=wish.every, starts_at=event.starts_at, zone=event.zone, until=wish.until)
    series.set_next(after=event.starts_at, look=timezone.now())
    series.save()
    event.series, event.slot = series, event.starts_at
    event.save(update_fields=["series", "slot"])
    ask_for(DATES, community_id=event.community_id)


def publish_event(thread: Thread, *, by: Membership) -> bool:
    """Publish a draft. Raises NoHour for one that does not say when it takes place, and as `publish_thread`."""
    check_hour(thread)
    # The other dates of a series need not wait for the next look at it.
    if Series.objects.filter(dates=thread.pk, due_at__isnull=False).update(due_at=timezone.now()):
        ask_for(DATES, community_id=thread.community_id)
    return publish_thread(thread, by=by)


def check_hour(thread: Thread) -> None:
    """Raises NoHour for a thread that does not say when it takes place."""
    if not Event.objects.filter(thread=thread).exists():
        raise NoHour


@transaction.atomic
def change_event(
    thread: Thread,
    *,
    by: Membership,
    title: str,
    tags: Sequence[str] | None,
    facts: Facts,
    repeats: Wish | None = None,
    alone: bool = True,
) -> bool:
    """Change all of an event but its text; False where a moderator reads the new title first. Those who registered are
    told, once, of another hour or place. A draft without an hour gets one. With `repeats` it becomes the first date of
    a series; `alone` says that of its series no other date changes with it.

    `tags` is None where there are none. Raises NotAllowed, CancelledAlready, FewerThanTaken, WordsNotOpen, TooFast, and
    as `revise_thread`.
    """
    refuse_closed(by, FEATURE)
    thread = _locked(thread, by)
    known = list(thread.tags.values_list("name", flat=True)) if tags is None else list(tags)
    is_shown = revise_thread(thread, by=by, title=title, tags=known)
    if not Event.objects.filter(thread=thread).exists():
        _repeat(Event.objects.create(thread=thread, **asdict(facts)), repeats)
        return is_shown
    event = held(thread.pk)
    if event.is_cancelled:
        raise CancelledAlready
    _check_teams(event, facts.team_size)
    _check_capacity(event, facts.capacity)
    words = {name: getattr(event, name) for name in WORDS}
    _set_facts(event, facts)
    event.differs = event.series_id is not None and (event.differs or alone)
    event.save()
    _repeat(event, repeats)
    move_up(event)
    if words != {name: getattr(event, name) for name in WORDS}:
        judge_beside(thread, by=by, held=WordsNotOpen)
    return is_shown


def _set_facts(event: Event, facts: Facts) -> None:
    """What is to hold of it, and whether those who registered have to be told; nothing is saved."""
    before = event.facts
    for name, value in asdict(facts).items():
        setattr(event, name, value)
    if event.facts != before:
        event.sequence += 1
        is_news = event.thread.is_published and not event.is_over
        if is_news and Registration.objects.of(event).on_list().exists():
            event.news = Event.News.CHANGED
    if event.starts_at != before[0] and event.starts_at > timezone.now() + REMINDED_BEFORE:
        event.reminded_at = None


def _check_teams(event: Event, size: int | None) -> None:
    if size == event.team_size:
        return
    if bool(size) is not bool(event.team_size) and Registration.objects.of(event).on_list().exists():
        raise TeamsSettled
    if size and Team.objects.of(event).larger_than(size).exists():
        raise TeamsLarger


def _check_capacity(event: Event, capacity: int | None) -> None:
    if event.team_size:
        taken = Team.objects.of(event).coming().count()
    else:
        taken = Registration.objects.of(event).coming().seats()
    if capacity is not None and capacity < taken:
        raise FewerThanTaken(
            ngettext(
                "%(n)s place is taken already, so there cannot be fewer.",
                "%(n)s places are taken already, so there cannot be fewer.",
                taken,
            )
            % {"n": taken}
        )


@transaction.atomic
def cancel_event(thread: Thread, *, by: Membership, reason: str = "") -> None:
    """Cancel it for good; everybody who registered is told, once. Its page stays.

    Raises NotAllowed, CancelledAlready, OverAlready, WordsNotOpen.
    """
    refuse_closed(by, FEATURE)
    thread = _locked(thread, by)
    if not thread.is_published:
        raise NotAllowed
    event = held(thread.pk)
    if event.is_cancelled:
        raise CancelledAlready
    if event.is_over:
        raise OverAlready
    count_act(by, Limited.EDIT)
    event.cancelled_at, event.cancel_reason = timezone.now(), one_line(reason)
    event.sequence += 1
    event.news = Event.News.CANCELLED
    event.save(update_fields=["cancelled_at", "cancel_reason", "sequence", "news"])
    if event.cancel_reason:
        judge_beside(thread, by=by, held=WordsNotOpen)


def _locked(thread: Thread, by: Membership) -> Thread:
    """The thread, after its text where that is out: as the acts on such a text do, so that none waits for the other."""
    if thread.state == State.PUBLISHED:
        opening_of(thread, with_key=True)
    found: Thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if not can_edit_event(by, found) or found.state in WITHDRAWN:
        raise NotAllowed
    refuse_closed_space(by, found.space)
    return found


def stored_facts(event: Event) -> dict[str, Any]:
    """An event as its form says it."""
    return {name: getattr(event, name) for name in Facts.__dataclass_fields__}
