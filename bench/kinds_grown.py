"""Of each kind: one thing through the services, and what many copies of it differ in."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from bench.content import paragraph
from communities.content import services
from communities.content.models import Space, Thread
from communities.events.services import Facts, Written, write_event
from communities.ideas.boxes import Wishes as BoxWishes
from communities.ideas.boxes import edit_box
from communities.models import Community, Membership
from communities.polls.services import Wishes as PollWishes
from communities.polls.services import add_poll

Begin = Callable[[Community, Space, Sequence[Membership]], Thread]
# A table, which row of it the others are like, for what, and what differs.
Like = tuple[str, str, str, Mapping[str, str]]


@dataclass(frozen=True)
class Grown:
    """`begin` makes the first, by a manager (the first of the crew) and members. `rows`: tables with one row for each
    thread, and what differs in it, in SQL over `thread`, `author`, `at` and the number `n`. `before` and `after` those:
    rows of other tables, each like one that `begin` made, for each of a source (over `{new}` after them). `also`:
    further statements, over `{new}`. `pages`: addresses in the community, and who looks at them. Of all that is asked
    for, one of `each` is a thread; none, where what grows has no threads."""

    name: str
    space: str
    begin: Begin
    pages: Sequence[tuple[str, str]]
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    before: Sequence[Like] = ()
    after: Sequence[Like] = ()
    also: Sequence[str] = ()
    each: int = 1
    threads: bool = True


def _idea(community: Community, space: Space, crew: Sequence[Membership]) -> Thread:
    edit_box(space, BoxWishes(question="What would you change?"), by=crew[0])
    space = Space.objects.get(pk=space.pk)
    return services.start_thread(
        space, by=crew[1], community=community, kind="idea", title="Brass rivets", body=paragraph(0)
    )


def _event(community: Community, space: Space, crew: Sequence[Membership]) -> Thread:
    begins = timezone.now() + datetime.timedelta(days=2)
    facts = Facts(begins, begins + datetime.timedelta(hours=2), "Europe/Paris", place="The loft")
    return write_event(
        space,
        by=crew[0],
        community=community,
        text=Written("Splicing", paragraph(0)),
        facts=facts,
        draft=False,
    )


def _poll(community: Community, space: Space, crew: Sequence[Membership]) -> Thread:
    thread = services.start_thread(
        space,
        by=crew[1],
        community=community,
        kind="topic",
        title="What do you splice with?",
        body=paragraph(0),
    )
    add_poll(thread, PollWishes(question="", options=("Hemp", "Cotton"), most=1), by=crew[1])
    return thread


# Spread over two years to come and two years gone.
_BEGINS = "now() + (n - %(number)s / 2) * interval '4 years' / %(number)s"
GROWN = [
    Grown(
        "ideas",
        "ideas",
        _idea,
        rows={
            "ideas_idea": {
                "votes": "(n * 7919) %% 900",
                "status": "(array['new','studied','planned'])[1 + n %% 3]",
            }
        },
        also=[
            """insert into ideas_vote (community_id, box_id, idea_id, voter_id, place, cast_at)
            select %(here)s, i.box_id, made.thread, %(crowd)s + (made.n * 7 + k * 331) %% %(people)s, null, made.at
            from {new} join ideas_idea i on i.thread_id = made.thread cross join generate_series(1, 2) k
            union all select %(here)s, i.box_id, made.thread, %(first)s + 1, null, made.at
            from {new} join ideas_idea i on i.thread_id = made.thread where made.n %% 50 = 0""",
        ],
        pages=[
            ("/ideas/", "visitor"),
            ("/ideas/b/kinds-ideas/", "visitor"),
            ("/ideas/b/kinds-ideas/", "member"),
            ("/ideas/b/kinds-ideas/", "manager"),
            ("/ideas/delivered/", "visitor"),
            ("/ideas/i/ideas-7/", "member"),
            ("/ideas/i/ideas-7/merge/?q=halyard", "manager"),
        ],
    ),
    Grown(
        "events",
        "events",
        _event,
        rows={"events_event": {"starts_at": _BEGINS, "ends_at": f"{_BEGINS} + interval '2 hours'"}},
        also=[
            """insert into events_registration (community_id, event_id, membership_id, guests, state, since, news)
            select %(here)s, made.thread, %(crowd)s + (made.n * 7 + k * 331) %% %(people)s, 0, 'coming', made.at, ''
            from {new} cross join generate_series(1, 3) k
            union all select %(here)s, made.thread, %(first)s + 1, 0, 'coming', made.at, ''
            from {new} where made.n %% 50 = 0""",
        ],
        pages=[
            ("/events/", "visitor"),
            ("/events/?when=past", "visitor"),
            ("/events/in/kinds-events/", "member"),
            ("/events/mine/", "member"),
            ("/events/calendar.ics", "visitor"),
            ("/events/e/events-7/", "member"),
            ("/events/e/events-7/attendees/", "manager"),
        ],
    ),
    Grown(
        "polls",
        "forum",
        _poll,
        rows={"polls_poll": {"votes": "array[n %% 9, n %% 7]", "closes_at": "now() + n * interval '1 hour'"}},
        pages=[
            ("/forums/f/kinds-polls/", "visitor"),
            ("/forums/f/kinds-polls/", "member"),
            ("/forums/t/polls-7/", "member"),
        ],
    ),
]
