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
from communities.ideas.models import Box
from communities.ideas.phases import MOMENTS
from communities.ideas.tasks import count_many_in_box
from communities.models import Community, Membership
from communities.polls.models import Poll
from communities.polls.services import Wishes as PollWishes
from communities.polls.services import add_poll
from communities.scoping import community_scope

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


def _result(community: Community, space: Space, crew: Sequence[Membership]) -> Thread:
    thread = _idea(community, space, crew)
    now = timezone.now()
    moments = {name: now - (5 - n) * datetime.timedelta(days=9) for n, name in enumerate(MOMENTS)}
    Box.objects.filter(space=space).update(**moments, winners=20)
    return thread


def _ranked(community: Community, space: Space, crew: Sequence[Membership]) -> Thread:
    threads = []
    for title in ("Which rope?", "Which rope, then?"):
        thread = services.start_thread(
            space, by=crew[0], community=community, kind="topic", title=title, body=paragraph(0)
        )
        names = tuple(f"Rope {n}" for n in range(12))
        wishes = PollWishes(question="", options=names, way="ranked", named=True, shown="always")
        add_poll(thread, wishes, by=crew[0])
        threads.append(thread)
    Poll.objects.filter(thread=threads[1]).update(closes_at=timezone.now(), told_at=timezone.now())
    return threads[0]


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
            select %(here)s, i.box_id, made.thread, %(crowd)s + (made.n * 7 + k * 331) %% %(people)s, null::smallint,
              made.at
            from {new} join ideas_idea i on i.thread_id = made.thread cross join generate_series(1, 2) k
            union all select %(here)s, i.box_id, made.thread, %(first)s + 1, null, made.at
            from {new} join ideas_idea i on i.thread_id = made.thread where made.n %% 50 = 0""",
            """update ideas_idea set status = (array['delivered', 'declined'])[1 + made.n %% 2],
              answered_at = made.at from {new} where made.thread = ideas_idea.thread_id and made.n %% 10 in (2, 5)""",
            """update ideas_idea set merged_into_id = (select thread from {new} where n = 7), merged_at = made.at
            from {new} where made.thread = ideas_idea.thread_id and made.n %% 50 = 3""",
        ],
        pages=[
            ("/ideas/", "visitor"),
            ("/ideas/b/kinds-ideas/", "visitor"),
            ("/ideas/b/kinds-ideas/", "member"),
            ("/ideas/b/kinds-ideas/", "manager"),
            ("/ideas/b/kinds-ideas/figures/", "manager"),
            ("/ideas/b/kinds-ideas/?order=new", "member"),
            ("/ideas/b/kinds-ideas/?status=planned", "member"),
            ("/ideas/b/kinds-ideas/?status=delivered", "visitor"),
            ("/ideas/delivered/", "visitor"),
            ("/ideas/delivered/", "member"),
            ("/search/suggest/?q=ideas+halyard+number+7", "member"),
            ("/ideas/i/ideas-7/", "visitor"),
            ("/ideas/i/ideas-7/", "member"),
            ("/ideas/i/ideas-7/", "manager"),
            ("/ideas/i/ideas-3/merged/", "member"),
            ("/ideas/i/ideas-7/merge/?q=halyard", "manager"),
        ],
    ),
    # A box whose result stands.
    Grown(
        "results",
        "ideas",
        _result,
        rows={"ideas_idea": {"votes": "(n * 7919) %% 900"}},
        also=[
            """update ideas_idea set status = (array['planned', 'delivered', 'declined'])[1 + made.n %% 3],
              answered_at = made.at from {new} where made.thread = ideas_idea.thread_id and made.n %% 4 = 0""",
        ],
        each=2,
        pages=[
            ("/ideas/b/kinds-results/", "visitor"),
            ("/ideas/b/kinds-results/", "member"),
            ("/ideas/b/kinds-results/closing/", "visitor"),
            ("/ideas/b/kinds-results/closing/", "manager"),
        ],
    ),
    Grown(
        "events",
        "events",
        _event,
        rows={"events_event": {"starts_at": _BEGINS, "ends_at": f"{_BEGINS} + interval '2 hours'"}},
        also=[
            """insert into events_registration (community_id, event_id, membership_id, guests, state, since, news,
              door_code, answers)
            select %(here)s, made.thread, %(crowd)s + (made.n * 7 + k * 331) %% %(people)s, 0, 'coming', made.at, '',
              'c' || k, '{{}}'::jsonb
            from {new} cross join generate_series(1, 3) k
            union all select %(here)s, made.thread, %(first)s + 1, 0, 'coming', made.at, '', 'c', '{{}}'::jsonb
            from {new} where made.n %% 50 = 0""",
            # One to which very many come, of whom a third has arrived.
            """insert into events_registration (community_id, event_id, membership_id, guests, state, since, news,
              here_at, door_code, answers)
            select %(here)s, made.thread, %(crowd)s + k, 0, 'coming', made.at + k * interval '1 second', '',
              case when k %% 3 = 0 then made.at + k * interval '2 seconds' end, 'x' || k, '{{}}'::jsonb
            from {new} cross join generate_series(0, %(longest)s - 1) k
            where made.n = 9 on conflict (event_id, membership_id) do nothing""",
        ],
        pages=[
            ("/events/", "visitor"),
            ("/events/?when=past", "visitor"),
            ("/events/in/kinds-events/", "member"),
            ("/events/mine/", "member"),
            ("/events/calendar.ics", "visitor"),
            ("/events/feed.xml", "visitor"),
            ("/events/e/events-7/", "member"),
            ("/events/e/events-9/", "visitor"),
            ("/events/e/events-9/", "member"),
            ("/events/e/events-9/attendees/", "manager"),
            ("/events/e/events-9/attendees/?q=crowd+7777", "manager"),
            ("/events/e/events-9/attendees/?shown=here", "manager"),
            ("/events/e/events-9/door/", "manager"),
            ("/events/e/events-9/door/?q=crowd+7777", "manager"),
            ("/events/e/events-9/door/list/", "manager"),
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
    # One that is open and one that is closed, in each of which very many have put twelve answers into their order.
    Grown(
        "ballots",
        "forum",
        _ranked,
        threads=False,
        also=[
            """create temporary table ranked on commit drop as
            select %(crowd)s + n %% %(people)s as voter, array(select g from generate_series(0, 11) g order by
              hashtextextended(g::text, n)) as choices from generate_series(1, %(number)s) n""",
            """insert into polls_ballot (community_id, poll_id, voter_id, choices, cast_at)
            select %(here)s, p.id, voter, choices, now() from ranked, polls_poll p
            where p.community_id = %(here)s and p.way = 'ranked'""",
            """update polls_poll p set ballots = %(number)s, votes = told.votes
            from (select array_agg((select count(*) from ranked where choices[1] = g) order by g)
                from generate_series(0, 11) g) told (votes)
            where p.community_id = %(here)s and p.way = 'ranked'""",
            # As many together as votes put aside.
            """insert into polls_rankingbatch (community_id, poll_id, rankings)
            select %(here)s, p.id, jsonb_object_agg(key, n) from polls_poll p, (
              select voter / 500 as batch, array_to_string(choices, ',') as key, count(*) as n from ranked group by 1, 2
            ) one where p.community_id = %(here)s and p.way = 'ranked' group by p.id, batch""",
        ],
        pages=[
            ("/forums/t/which-rope/", "visitor"),
            ("/forums/t/which-rope/", "member"),
            ("/polls/{open_poll}/", "member"),
            ("/polls/{open_poll}/votes/", "member"),
            ("/forums/t/which-rope-then/", "visitor"),
            ("/polls/{closed_poll}/", "visitor"),
        ],
    ),
]


def count_boxes(community: Community) -> None:
    """What a job counts beside the figures of boxes, as if somebody had just looked at them."""
    with community_scope(community):
        boxes = list(Box.objects.values_list("pk", flat=True))
    for pk in boxes:
        count_many_in_box(community_id=community.pk, space_id=pk)
