"""Many communities, each with members, spaces, a few threads, a launch plan under way and one thing of each kind that
periodic jobs look after: made by SQL."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from bench.content import fill
from bench.lively import make_lively
from communities.content.queries import recount_community
from communities.launch.models import Stage
from communities.models import Community
from communities.scoping import community_scope
from config.celery import app
from tests.crowd import copy_community
from tests.due import OF_THESE, SLUG
from tests.due_of_kinds import due_of_kinds

# As if the nightly recount had been there: days know nothing of copies, whose people have numbers of their own.
COUNTED = (
    """
    insert into engagement_memberday (community_id, day, person, views, contributions)
    select p.community_id, (p.published_at at time zone c.time_zone)::date, p.author_id, 0, count(*)
    from content_post p join content_thread t on t.id = p.thread_id
      join communities_community c on c.id = p.community_id
      join communities_membership m on m.id = p.author_id and not m.unclaimed
    where p.state = 'published' and t.state = 'published'
      and not exists (select from engagement_fill f where f.community_id = c.id)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (community_id, day, person) do update set contributions = excluded.contributions
    """,
    """
    insert into engagement_fill (community_id, filled_at) select id, now() from communities_community c
    where not exists (select from engagement_fill f where f.community_id = c.id)
    """,
)

AT_ONCE = 1000  # copies in one transaction: an earlier run that was interrupted is gone on with
PLAN: dict[str, Any] = {"begun": True, "stages": []}

# Copies have numbers of their own; what is made later goes on behind them.
BEHIND = """
do $$ declare one record; begin
  for one in select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'id' and is_identity = 'YES' loop
    execute format('select setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 1)) from %I',
      one.name, one.name);
  end loop;
end $$
"""


def make_crowd(communities: int, people: int) -> None:
    """As many as there are to be; those of an earlier run stay."""
    template = Community.objects.filter(slug=SLUG).first() or _settled(make_template(people))
    there = Community.objects.filter(slug__endswith=f"-{SLUG}").count()
    for first in range(there + 1, communities + 1, AT_ONCE):
        copy_community(template, min(AT_ONCE, communities + 1 - first), first=first, using="owner")
    _tell_nobody()
    with connections["owner"].cursor() as cursor:
        if there < communities:
            cursor.execute(BEHIND)
            for statement in COUNTED:
                cursor.execute(statement)
            cursor.execute("vacuum analyze")


@transaction.atomic
def make_template(people: int) -> Community:
    community = Community.objects.create(
        slug=SLUG, name="Bench", tagline="Measured", languages=["en"], launch=dict(PLAN)
    )
    with community_scope(community):
        fill(community, threads=5, people=people, posts=3)
        make_plan()
        make_lively(community)
        recount_community(community.pk)
    return community


def _settled(community: Community) -> Community:
    """With what is due at its beginning done, such as the next dates of its events: copies have nothing to do."""
    app.loader.import_default_modules()
    for name in due_of_kinds(OF_THESE):
        app.tasks[settings.CELERY_BEAT_SCHEDULE[name]["task"]]()
    # Before it is copied: afterwards each post of all copies would be written once more.
    _tell_nobody()
    return community


def _tell_nobody() -> None:
    """Of what was written nobody is to be told: that is another job’s work."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("update content_post set news_due_at = null where news_due_at is not null")
        cursor.execute(
            "update notifications_notification set mail_due_at = null"
            " where mail_due_at is not null and mailed_at is null"
        )


def make_plan() -> None:
    """In the community in scope: its first stage is open, one waits for its gauges, and one for its date."""
    open_now = {"state": "open", "opened_at": timezone.now()}
    Stage.objects.create(place=1, name="Rooms", features=["forums", "join"], audience="everyone", **open_now)
    goals = {"members_active": 1000, "posts_a_week": 1000, "threads": 1000}
    Stage.objects.create(place=2, name="Blogs", features=["blogs"], opening="criteria", criteria=goals)
    in_spring = timezone.now() + datetime.timedelta(days=120)
    Stage.objects.create(place=3, name="Search", features=["search"], opening="date", planned_for=in_spring)
