"""A poll that comes back every week or month: set and stopped by who writes it, opened anew by the clock.

Each time it is a row of its own under the same text, with the answers of the one before; that one keeps its votes and
its result. Days are counted by the community’s clocks, so that nine o’clock stays nine o’clock.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.calendar import DAY, Clocked, moment_at
from communities.content.models import Thread
from communities.content.services.composing import mode_of
from communities.content.services.editing import mark_changed
from communities.content.services.waiting import judge, opening_of
from communities.exceptions import FieldError, NotAllowed
from communities.launch.features import chosen_features, refuse_closed
from communities.letters import fold
from communities.limits import Limited, count_act
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.polls.exceptions import PollNotOpen
from communities.polls.models import MOST_WITH_ADDED, AddedAnswer, Poll
from communities.polls.notices import PollReopened
from communities.polls.permissions import FEATURE, can_repeat_poll
from communities.polls.rewording import note_rewording, worded_next
from communities.polls.services import held_poll, held_text, held_where, read_again
from communities.polls.telling import people_concerned
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50
# For how many days one can be open, so that it has closed before the next one opens.
LONGEST = {Poll.Every.WEEK: 7, Poll.Every.MONTH: 28}
FURTHEST = datetime.timedelta(days=366)
# What the next one takes over as it is.
SAME = (
    "language", "way", "shown", "named", "changeable", "additions", "repeats", "days_open", "month_day", "opening_hour",
    "keeps_added",
)  # fmt: skip


@dataclass(frozen=True)
class RepeatWishes:
    """What a form says of a poll that comes back. `starts` is when the next one opens, `days` how long each is open."""

    every: str
    starts: datetime.datetime
    days: int
    keeps_added: bool = False
    # Empty: those of the last one.
    next_options: Sequence[str] = ()


@transaction.atomic
def repeat_poll(poll: Poll, wishes: RepeatWishes, *, by: Membership) -> Poll:
    """Let a poll come back, or change how, and with which answers. Raises NotAllowed, PollChanged, FieldError, TooFast;
    PollNotOpen where these answers would be held."""
    refuse_closed(by, FEATURE)
    held = held_where(poll, by)[2]
    if not can_repeat_poll(by, held):
        raise NotAllowed
    _check(wishes)
    count_act(by, Limited.EDIT)
    held.repeats, held.again_at, held.days_open = wishes.every, wishes.starts, wishes.days
    starts = wishes.starts.astimezone(by.community.zone)
    held.month_day, held.opening_hour = starts.day, starts.time()
    held.keeps_added = wishes.keeps_added
    _write_ahead(held, wishes, by)
    held.version += 1
    held.save()
    return held


def _write_ahead(poll: Poll, wishes: RepeatWishes, by: Membership) -> None:
    """The answers of the next one are judged now, with their text: when the clock opens it, nobody is there to be told
    that they would have to wait."""
    if list(wishes.next_options) == poll.next_options:
        return
    before = worded_next(poll)
    poll.next_options = list(wishes.next_options)
    text = poll.post or opening_of(poll.thread)
    if poll.next_options and text is not None:
        text.mode = mode_of(poll.thread.space, by.community)
        if judge(text, by=by, under=poll.next_options).held:
            raise PollNotOpen
    note_rewording(poll, poll.post or poll.thread, before, worded_next(poll), by=by)


def _check(wishes: RepeatWishes) -> None:
    now, longest = timezone.now(), LONGEST[Poll.Every(wishes.every)]
    if wishes.starts <= now:
        raise FieldError(_("This is in the past. Choose a later moment."), field="repeat_starts")
    if wishes.starts > now + FURTHEST:
        raise FieldError(_("Choose a day within a year."), field="repeat_starts")
    if not 1 <= wishes.days <= longest:
        said = ngettext(
            "It is open for %(n)s day at most: then the next one opens.",
            "It is open for %(n)s days at most: then the next one opens.",
            longest,
        )
        raise FieldError(said % {"n": longest}, field="repeat_days")


@transaction.atomic
def stop_repeating(poll: Poll, *, by: Membership) -> bool:
    """The one that stands there stays as it is, and none comes after it. False where none would have. Raises
    NotAllowed."""
    refuse_closed(by, FEATURE)
    held_text(poll.thread, poll.post_id, by)
    held = held_poll(poll)
    if not held.repeats:
        return False
    held.repeats, held.again_at, held.next_options = "", None, []
    held.version += 1
    held.save(update_fields=["repeats", "again_at", "next_options", "version"])
    return True


def next_opening(poll: Poll, after: datetime.datetime, place: Clocked) -> datetime.datetime:
    """When a poll opens after the moment set for it, and after another one: what was missed is not made up for."""
    assert poll.again_at is not None  # asked of one that comes back
    first = poll.again_at.astimezone(place.zone)
    day, hour = first.date(), poll.opening_hour or first.time()
    moment = poll.again_at
    while moment <= after or moment <= poll.again_at:
        day = day + 7 * DAY if poll.repeats == Poll.Every.WEEK else _month_later(day, poll.month_day)
        moment = moment_at(day, hour, place).astimezone(datetime.UTC)
    return moment


def _month_later(day: datetime.date, wanted: int) -> datetime.date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return datetime.date(year, month, min(wanted, calendar.monthrange(year, month)[1]))


def open_again(community: Community) -> int:
    """All polls of the community in scope whose moment has come; how many were opened."""
    due = list(Poll.objects.due_again(timezone.now()).values_list("pk", flat=True)[:MOST])
    return each_apart("poll", due, lambda number: open_next(number, community))


def open_next(number: int, community: Community) -> int:
    """Open one anew, once; 0 where somebody else has, or nobody could vote: then it waits for its next time."""
    now = timezone.now()
    found: Poll | None = Poll.objects.due_again(now).filter(pk=number).first()
    if found is None:
        return 0
    # In the order of all acts on a poll: its thread first.
    Thread.objects.select_for_update(of=("self",)).get(pk=found.thread_id)
    held: Poll | None = Poll.objects.due_again(now).select_for_update(of=("self",)).filter(pk=number).first()
    # Its reply may have gone to another thread meanwhile: the next run finds it there.
    if held is None or held.thread_id != found.thread_id:
        return 0
    thread = Thread.objects.select_related("space").get(pk=held.thread_id)
    held.thread = thread
    takes_votes = (
        thread.is_published and held.has_its_text and not thread.locked and not thread.space.archived
    )
    is_open_here = community.takes_texts and FEATURE in chosen_features(community)
    if not takes_votes or not is_open_here or not any(held.options):
        held.again_at = next_opening(held, now, community)
        held.save(update_fields=["again_at"])
        return 0
    fresh = _renewed(held, now, community)
    if fresh.said != held.said:
        # Whoever judges the text has read other words.
        read_again(held.post or opening_of(thread))
    _tell(fresh, held)
    mark_changed(thread)
    return 1


def _renewed(former: Poll, now: datetime.datetime, community: Community) -> Poll:
    """The next one, in place of the one before; that is closed, if it was open still."""
    assert former.again_at is not None  # it was due
    following = next_opening(former, now, community)
    same = {name: getattr(former, name) for name in SAME}
    kept = _kept_places(former)
    poll = Poll(thread=former.thread, post=former.post, again_at=following, round=former.round + 1, **same)
    poll.question = former.question
    poll.options = [*former.next_options, *(former.options[place] for place in kept)]
    poll.written, poll.votes = len(former.next_options) or former.written, [0] * len(poll.options)
    had_no_limit = former.most >= len(former.options)
    if poll.way == Poll.Way.SEVERAL:
        poll.most = len(poll.options) if had_no_limit else min(former.most, len(poll.options))
    poll.closes_at = min(_days_after(former.again_at, former.days_open, now, community), following)
    if former.is_open:
        former.closes_at = now
    former.current, former.repeats, former.again_at = False, "", None
    ahead, former.next_options = len(former.next_options), []
    # Who is told of the next one is told of its result by the same line.
    former.told_at = former.told_at or now
    former.version += 1
    former.save()
    poll.save(force_insert=True)
    _take_over(former, poll, {place: ahead + number for number, place in enumerate(kept)})
    return poll


def _kept_places(poll: Poll) -> list[int]:
    """Of its author’s answers all, unless others were written for the next time; of members’ those that stand, as far
    as the next one does not say the same, and has room."""
    own = [] if poll.next_options else list(range(poll.written))
    there = {fold(words).casefold() for words in poll.next_options}
    added = [
        place
        for place, words in enumerate(poll.options)
        if place >= poll.written and poll.keeps_added and words and fold(words).casefold() not in there
    ]
    return [*own, *added][: MOST_WITH_ADDED - len(poll.next_options)]


def _days_after(
    opened: datetime.datetime, days: int, now: datetime.datetime, place: Clocked
) -> datetime.datetime:
    """So many days by the clocks after it was to open; after it really did, where that was late by more than a day."""
    start = opened if now - opened < DAY else now
    local = start.astimezone(place.zone)
    return moment_at(local.date() + days * DAY, local.time(), place).astimezone(datetime.UTC)


def _take_over(former: Poll, poll: Poll, places: Mapping[int, int]) -> None:
    """What members had added still belongs to their replies: withdrawn there, it is withdrawn here."""
    for row in AddedAnswer.objects.filter(poll=former, place__in=list(places)):
        AddedAnswer.objects.create(
            poll=poll, place=places[row.place], post_id=row.post_id, by_id=row.by_id, words=row.words
        )


def _tell(poll: Poll, former: Poll) -> None:
    about = About(thread=poll.thread, path=f"polls/{poll.pk}/", occasion=f"poll {poll.pk} opens")
    tell(PollReopened, people_concerned(former), about)
