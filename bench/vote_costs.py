"""What a vote costs in a ranked poll of twelve answers: `python -m bench.vote_costs`.

Three polls of one community, of 200 ballots, of so many that they are nearly put aside, and of 20,200: each member
votes once in each, in turns, through the service. Processor time of process and database; what counts are the ratios.
"""

from __future__ import annotations

import logging
import sys
import time
from functools import partial

from django.db import connections, transaction

from bench.content import fill, paragraph
from bench.costs import Cost, cost_of, no_queue
from communities.content import services
from communities.content.models import Space
from communities.models import Community, Membership
from communities.polls.models import Poll
from communities.polls.rounds import BATCH
from communities.polls.services import Wishes, add_poll
from communities.polls.voting import cast_vote
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare

BALLOTS = (200, 1_400, 20_200)
ROUNDS, EACH, WARM = 4, 60, 10
ANSWERS = tuple(f"Rope {n}" for n in range(12))

ORDERS = """create temporary table ranked on commit drop as select n, array_to_string(array(
    select g from generate_series(0, 11) g order by hashtextextended(g::text, n)), ',') as key
  from generate_series(0, %(number)s - 1) n"""
ROW = """update polls_poll set ballots = %(number)s, rankings = (
    select coalesce(jsonb_object_agg(key, times), '{}') from (
      select key, count(*) as times from ranked where n >= %(aside)s group by key) one)
  where id = %(poll)s"""
ASIDE = """insert into polls_rankingbatch (community_id, poll_id, rankings)
  select %(here)s, %(poll)s, jsonb_object_agg(key, times) from (
    select n / %(batch)s as batch, key, count(*) as times from ranked where n < %(aside)s group by 1, 2) one
  group by batch"""


def main() -> int:
    logging.disable(logging.INFO)
    with running_servers(), no_queue():
        prepare()
        community: Community = Community.objects.create(
            slug=f"bench-votes-{int(time.time())}", name="Bench", tagline="Measured", languages=["en"],
            moderation_mode="reactive",
        )  # fmt: skip
        with community_scope(community):
            fill(community, threads=2, people=ROUNDS * EACH + WARM, posts=4)
            crew = list(Membership.objects.filter(handle__startswith="sailor-").order_by("pk"))
        polls = {number: _made(community, crew[0], number) for number in BALLOTS}
        for poll in polls.values():
            _vote(community, poll, crew[:WARM])
        costs: dict[int, list[Cost]] = {number: [] for number in BALLOTS}
        for turn in range(ROUNDS):
            people = crew[WARM + turn * EACH :][:EACH]
            for number, poll in polls.items():
                costs[number].append(cost_of(partial(_vote, community, poll, people)))
    _show(costs)
    return 0


def _made(community: Community, by: Membership, number: int) -> int:
    with community_scope(community):
        space = Space.objects.get(slug="rigging")
        thread = services.start_thread(
            space, by=by, community=community, kind="topic", title=f"Rope of {number}", body=paragraph(0)
        )
        poll = add_poll(thread, Wishes(question="", options=ANSWERS, way="ranked", named=True), by=by)
    aside = number // BATCH * BATCH if number > 3 * BATCH else 0
    told = {"here": community.pk, "poll": poll.pk, "number": number, "aside": aside, "batch": BATCH}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('app.community', %s, true)", [str(community.pk)])
        for statement in (ORDERS, ROW, ASIDE):
            cursor.execute(statement, told)
    return int(poll.pk)


def _vote(community: Community, number: int, people: list[Membership]) -> None:
    for person in people:
        # Hardly two do it alike.
        order = sorted(range(len(ANSWERS)), key=lambda place: hash((person.pk * 7919, place * 104729)))
        with community_scope(community):
            cast_vote(Poll.objects.select_related("thread__space").get(pk=number), order, by=person)


def _show(costs: dict[int, list[Cost]]) -> None:
    print(f"{'ballots':>10}{'ms':>8}{'of the database':>18}{'statements':>12}{'ratio':>8}")
    votes, first = ROUNDS * EACH, sum(one.seconds for one in costs[BALLOTS[0]])
    for number, spent in costs.items():
        seconds, database = sum(one.seconds for one in spent), sum(one.database for one in spent)
        asked = sum(one.statements for one in spent) / votes
        told = (
            f"{1000 * seconds / votes:8.2f}{1000 * database / votes:18.2f}{asked:12.1f}{seconds / first:8.2f}"
        )
        print(f"{number:10,}{told}")


if __name__ == "__main__":
    sys.exit(main())
