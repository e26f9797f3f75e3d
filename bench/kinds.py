"""A hundred thousand things of each kind in one community, beside another that has four hundred of each.

`python -m bench.kinds [number] [plans] [kind …]`: both are made once through the services and then grown by SQL, each
with 100,000 people over whom all of it is spread; each page of each kind, or of those that are named, is drawn in both,
for a visitor, a member and a manager. More statements in the large one, or twice the cost and more than three
milliseconds above it, is said and fails the run. `plans` lists the twenty dearest statements of the large one with how
the database carries them out.
"""

from __future__ import annotations

import datetime
import logging
import statistics
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from bench.application import Application, make_application
from bench.content import fill
from bench.costs import Cost, cost_of, no_queue
from bench.dearest import Dearest, explained
from bench.ground import session_of
from bench.kinds_grown import GROWN, Grown, count_boxes
from bench.kinds_more import MORE, NUMBERS, count_beside
from bench.load import Target
from bench.pages import RENDERED, call
from communities.content.models import Space
from communities.content.queries import recount_community
from communities.models import Community, Membership
from communities.redrawing import forget_drawn
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from tests.crowd import insert_like

FEW, MANY, PEOPLE = 400, 100_000, 100_000
EVERY = [*GROWN, *MORE]
CALLS, ROUNDS = 5, 3
DEAREST = 20
Pages = Sequence[tuple[str, str]]
WHO = {"visitor": None, "member": 1, "juror": 2, "manager": 0}
# Everywhere something of each kind may be listed.
COMMON = [
    ("/", "visitor"), ("/", "member"), ("/search/?q=halyard", "member"), ("/feed.xml", "visitor"),
    ("/sitemap.xml", "visitor"), ("/sitemaps/threads-1.xml", "visitor"), ("/members/sailor-1/", "visitor"),
    ("/me/content/", "member"), ("/manage/calendar/", "manager"), ("/today/", "manager"), ("/moderation/", "manager"),
    ("/notifications/", "juror"),
]  # fmt: skip

# One of twenty is by the member who looks at it.
AUTHOR = "case when n %% 20 = 1 then %(first)s + 1 else %(crowd)s + n %% %(people)s end"
NEW = """(select t.id as thread, t.author_id as author, t.published_at as at, substr(t.slug, {start})::int as n
  from content_thread t where t.community_id = %(here)s and t.slug like '{name}-%%' and t.id <> %(like)s
  offset 0) made"""


def main(parts: list[str]) -> int:
    logging.disable(logging.INFO)
    number = next((int(part) for part in parts if part.isdigit()), MANY)
    chosen = [grown for grown in EVERY if grown.name in parts] or EVERY
    with running_servers(), no_queue():
        prepare()
        small, large = (_made(f"bench-kinds-{many}", many, chosen) for many in (FEW, number))
        for community in (small, large):
            count_beside(community)
            count_boxes(community)
        application = make_application()
        pages = [*((path, who) for grown in chosen for path, who in grown.pages), *COMMON]
        failures = _compared(application, small, large, pages)
        if "plans" in parts:
            _explained(application, large, pages)
    print("\n".join(["", *failures]) if failures else "\nNo page costs more with more of them.")
    return bool(failures)


def _made(slug: str, number: int, chosen: Sequence[Grown]) -> Community:
    community = Community.objects.filter(slug=slug).first() or _begun(slug)
    with community_scope(community):
        there = Membership.objects.filter(handle=f"crowd-{PEOPLE}").exists()
    if not there:
        _people(community)
    for grown in chosen:
        _grow(community, grown, number)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")
    with community_scope(community):
        recount_community(community.pk)
    return Community.objects.get(pk=community.pk)


@transaction.atomic
def _begun(slug: str) -> Community:
    community: Community = Community.objects.create(
        slug=slug, name="Bench", tagline="Measured", languages=["en"], moderation_mode="reactive"
    )
    with community_scope(community):
        fill(community)
        # Whoever has written so much is no newcomer.
        Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=1200))
    return community


def _people(community: Community) -> None:
    """Members over whom all that is made is spread: handles and numbers one after the other."""
    told = {"here": community.pk, "people": PEOPLE, "like": f"{community.slug}-1@example.org"}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('app.community', %s, true)", [str(community.pk)])
        insert_like(
            cursor, "members_member", "email = %(like)s", "generate_series(1, %(people)s) n", told,
            email="'crowd-' || n || '@' || %(here)s || '.example.org'",
        )  # fmt: skip
        insert_like(
            cursor, "communities_membership", "community_id = %(here)s and handle = 'sailor-1'",
            """(select id as person, split_part(split_part(email, '@', 1), '-', 2)::int as n from members_member
              where email like 'crowd-%%@' || %(here)s || '.example.org') new""",
            told, member_id="person", handle="'crowd-' || n", display_name="'Crowd ' || n", unread_count="0",
            post_count="0", order_by="n",
        )  # fmt: skip


def _grow(community: Community, grown: Grown, number: int) -> None:
    """In one transaction for each kind; what an earlier run has made stays."""
    began = time.monotonic()
    with community_scope(community):
        space = Space.objects.filter(slug=f"kinds-{grown.name}").first()
        if space is not None:
            return
        crew = list(Membership.objects.filter(handle__startswith="sailor-").order_by("pk"))
        crowd = Membership.objects.filter(handle__startswith="crowd-").order_by("pk")[0]
        space = Space.objects.create(kind=grown.space, slug=f"kinds-{grown.name}", name=grown.name.title())
        first = grown.begin(community, space, crew)
    told: dict[str, Any] = {
        "here": community.pk, "like": first.pk, "number": number // grown.each, "first": crew[0].pk,
        "crowd": crowd.pk, "people": PEOPLE, "longest": max(number // 5, 1),
    }  # fmt: skip
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('app.community', %s, true)", [str(community.pk)])
        for table, which, source, said in grown.before:
            insert_like(cursor, table, which, source, told, **said)
            # What is looked up in it for each row to come is looked up by its index.
            cursor.execute(f"analyze {table}")
        if grown.threads:
            _threads(cursor, grown, told)
            cursor.execute("analyze content_thread, content_post")
        for table, said in grown.rows.items():
            insert_like(cursor, table, "thread_id = %(like)s", _new(grown), told, thread_id="thread", **said)
        for table, which, source, said in grown.after:
            insert_like(cursor, table, which, source.format(new=_new(grown)), told, **said)
            cursor.execute(f"analyze {table}")
        for statement in grown.also:
            cursor.execute(statement.format(new=_new(grown)), told)
    print(f"{community.slug:24}{grown.name:12}{time.monotonic() - began:6.0f} s", flush=True)


def _new(grown: Grown) -> str:
    """The threads that were made, each with its number."""
    return NEW.format(start=len(grown.name) + 2, name=grown.name)


def _threads(cursor: Any, grown: Grown, told: dict[str, Any]) -> None:
    at = "now() - n * interval '10 minutes'"
    insert_like(
        cursor, "content_thread", "id = %(like)s", "generate_series(1, %(number)s) n", told,
        slug=f"'{grown.name}-' || n", title=f"'{grown.name} halyard number ' || n", created_at=at, published_at=at,
        last_activity_at=at, author_id=AUTHOR, last_position="1", reply_count="0", reaction_count="0",
    )  # fmt: skip
    insert_like(
        cursor, "content_threadtitle", "thread_id = %(like)s", _new(grown), told,
        thread_id="thread", title=f"'{grown.name} halyard number ' || n",
    )  # fmt: skip
    insert_like(
        cursor, "content_post", "thread_id = %(like)s and position = 1", _new(grown), told, thread_id="thread",
        author_id="author", submission="null", public_id="uuidv7()", news_due_at="null", created_at="at",
        published_at="at",
    )  # fmt: skip


def _target(community: Community, path: str, who: str) -> Target:
    person = WHO[who]
    if "{" in path:
        with community_scope(community):
            path = path.format(**{name: found() for name, found in NUMBERS.items() if f"{{{name}}}" in path})
    cookie = RENDERED if person is None else session_of(f"{community.slug}-{person}@example.org")
    return Target(path, f"/c/{community.slug}{path}", cookie)


def _compared(application: Application, small: Community, large: Community, pages: Pages) -> list[str]:
    print(f"\n{'':44}{'few, many: statements':>22}{'ms':>16}{'ratio':>8}{'buffers':>16}")
    failures = []
    for path, who in pages:
        few, many = (_target(one, path, who) for one in (small, large))
        costs = [[_drawn(application, one) for one in (few, many)] for _round in range(ROUNDS)]
        ratio = statistics.median(two.seconds / one.seconds for one, two in costs)
        one, two = costs[-1]
        asked = [cost.statements / CALLS for cost in (one, two)]
        spent = [1000 * statistics.median(pair[n].seconds for pair in costs) / CALLS for n in (0, 1)]
        told = f"{asked[0]:14.0f}{asked[1]:8.0f}{spent[0]:8.1f}{spent[1]:8.1f}{ratio:8.2f}"
        touched = f"{one.buffers / CALLS:8,.0f}{two.buffers / CALLS:8,.0f}"
        print(f"{path + ' · ' + who:44}{told}{touched}", flush=True)
        if asked[1] >= asked[0] + 1:
            failures.append(f"{path} ({who}) asks {asked[1]:.0f} statements instead of {asked[0]:.0f}")
        if ratio > 2 and spent[1] > spent[0] + 3:
            failures.append(f"{path} ({who}) costs {ratio:.1f} times as much")
    return failures


def _drawn(application: Application, target: Target) -> Cost:
    def draw() -> None:
        for _call in range(CALLS):
            forget_drawn()
            call(application, target)

    draw()
    return cost_of(draw)


def _explained(application: Application, large: Community, pages: Pages) -> None:
    dearest = Dearest()
    for path, who in pages:
        forget_drawn()
        dearest.where = f"{path} · {who}"
        explained(partial(call, application, _target(large, path, who)), dearest)
    dearest.show(DEAREST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
