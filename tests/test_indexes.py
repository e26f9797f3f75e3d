"""Every key that a row is found or deleted by has an index, and the hot queries use theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from analytics.engagement.services import fill_days
from analytics.roi.models import Credit, Order
from communities.calendar import DAY, today
from communities.console.spaces.queries import held_by_space
from communities.content.finding.mentions import suggested
from communities.content.gauges import posts_a_week
from communities.content.models import Post, Thread
from communities.content.showing.reading import with_reader
from communities.content.showing.sitemaps import files_of
from communities.content.viewers import public_viewer
from communities.models import Membership
from communities.notifications.models import Notification
from communities.queries import people_named
from tests.analytics.money import make_order
from tests.conftest import Cast
from tests.factories import make_thread
from tests.many_rows import MANY, multiply, scans_of, walked

pytestmark = pytest.mark.django_db

KEYS = """
select c.conrelid::regclass::text, c.confrelid::regclass::text, array(
  select a.attname::text from unnest(c.conkey) with ordinality k(n, place)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by place)
from pg_constraint c join pg_class t on t.oid = c.conrelid
where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not t.relispartition
"""
INDEXES = """
select i.indrelid::regclass::text, coalesce(pg_get_expr(i.indpred, i.indrelid), ''), array(
  select coalesce(a.attname::text, '') from unnest(i.indkey::int[]) with ordinality k(n, place)
  left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by place)
from pg_index i join pg_class t on t.oid = i.indrelid
where t.relnamespace = 'public'::regnamespace
"""
HANDFUL = "A community has a handful of them."
# What is asked for by the child alone, or rarely enough: each with its reason.
WITHOUT = {
    ("blogs_article", "cover_id"): "Asked of one article; pictures in use are not deleted.",
    ("launch_stageopening", "stage_id"): HANDFUL,
    ("launch_wave", "stage_id"): HANDFUL,
    ("moderation_case", "space_id"): "A space is deleted only when it is empty.",
    ("notifications_notification", "actor_id"): "Memberships are emptied, and hardly ever deleted.",
    ("roi_importrun", "source_id"): HANDFUL,
    ("roi_ledgerentry", "rate_id"): "Rates are replaced by later ones, and not deleted.",
}


@dataclass(frozen=True)
class Key:
    table: str
    parent: str
    columns: tuple[str, ...]

    @property
    def column(self) -> str:
        return self.columns[-1]


@dataclass(frozen=True)
class Index:
    table: str
    condition: str
    columns: tuple[str, ...]

    def serves(self, key: Key) -> bool:
        """Whether rows are found in it by this key: it begins with the column, or with the community and it."""
        if self.table != key.table:
            return False
        if self.condition and not re.fullmatch(rf"\({key.column} IS NOT NULL\)", self.condition):
            return False
        return self.columns[0] == key.column or set(self.columns[: len(key.columns)]) == set(key.columns)


def read() -> tuple[list[Key], list[Index]]:
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = [Key(table, parent, tuple(columns)) for table, parent, columns in cursor.fetchall()]
        cursor.execute(INDEXES)
        return keys, [
            Index(table, condition, tuple(columns)) for table, condition, columns in cursor.fetchall()
        ]


def test_every_key_to_a_parent_that_may_go_has_an_index() -> None:
    keys, indexes = read()
    by_community = {one.table for one in indexes if one.columns[0] == "community_id" and not one.condition}
    missing = {
        (key.table, key.column)
        for key in keys
        if not any(index.serves(key) for index in indexes)
        # A community goes piece by piece, at night, once (`place/erasing.py`).
        and key.column != "community_id"
        # Memberships are emptied, and hardly ever deleted: then the rows of one community are looked through.
        and not (key.parent == "communities_membership" and key.table in by_community)
    }
    assert missing - set(WITHOUT) == set()
    assert set(WITHOUT) - missing == set(), "has an index now"


def test_hot_questions_walk_through_no_large_table(here: Cast) -> None:
    long_ago = "now() - n * interval '1 hour'"
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Masts"])
        first = thread.opening()
        link = thread.tag_links.get()
        multiply("communities_membership", here.member.pk, handle="'crowd' || n", member_id="null", unclaimed="true",
                 display_name="'Person ' || md5(n::text)")  # fmt: skip
        multiply(
            "content_thread",
            thread.pk,
            slug="'crowd-' || n",
            published_at=long_ago,
            last_activity_at=long_ago,
        )
        multiply("content_post", first.pk, public_id="gen_random_uuid()", position="n + 1", published_at=long_ago,
                 submission="null")  # fmt: skip
        last = f"(select max(id) from content_thread where community_id = {here.community.pk})"
        multiply("content_taggedthread", link.pk, published_at=long_ago, thread_id=f"{last} - n + 1")
        line = Notification.objects.create(
            membership=here.owner,
            kind="reply_posted",
            thread=thread,
            post=first,
            posts=[first.pk],
            read_at=timezone.now(),
        )
        multiply("notifications_notification", line.pk, count="n")
        now = today(here.community)
        viewer = public_viewer(here.community)
        tag = link.tag_id
        asked: dict[str, Callable[[], object]] = {
            "what was contributed since a day": lambda: fill_days(here.community, now - DAY, now),
            "posts of a week": posts_a_week,
            "a name that nobody has": lambda: people_named("zyxwvut"),
            "a part of a name": lambda: people_named("c4ca4238a0"),
            "whom a sign-by-sign mention offers": lambda: suggested("zyxw"),
            "a page of a tag": lambda: list(Thread.objects.visible_to(viewer).tagged_before(tag)[:20]),
            "people whose handle begins so": lambda: list(
                Membership.objects.shown().named_like("crowd299", people_named("crowd299")).newest()[:20]
            ),
            "what waits in the bell of somebody who has read all": lambda: list(
                Notification.objects.for_membership(here.owner).unread().newest()[:3]
            ),
            "where somebody has to go on who never read it": lambda: list(
                with_reader(Thread.objects.filter(pk=thread.pk), here.owner.pk)
            ),
            "the sitemaps of a blog beside thousands of topics": lambda: files_of(here.community, viewer),
            "news of a post": lambda: list(Notification.objects.filter(post_id=first.pk + 1)),
            "a post that goes": lambda: Post.objects.filter(position=17).delete(),
        }
        # Of the forum’s own threads there are so many: that their starts are known already.
        kept = f"sitemap-starts:{here.community.pk}:forum:{here.community.launch_version}"
        cache.set(kept, [1, 2], 60)
        told = {name: walked(act) for name, act in asked.items()}
        assert len(people_named("c4ca4238a0") or []) == 1
        assert len(people_named("crowd299") or []) == 11
        assert held_by_space()[here.forum.pk] == (MANY + 1, MANY + 1)
        assert scans_of(
            Thread.objects.filter(state="published").values("space_id").annotate(n=Count("*"))
        ) == {"Index Only Scan": "thread_of_space"}
    assert {name: tables for name, tables in told.items() if tables} == {}


def test_parts_of_orders_are_found_by_when_they_were_touched(here: Cast) -> None:
    """At night those whose visits are gone, and for the results those of a month that a search engine sent."""
    at = timezone.now()
    with here.scope():
        make_order(here.community, "A1", 150_000)
        order = Order.objects.get()
        part = Credit.objects.create(order=order, model="last", channel="direct", page="/", amount_minor=1)
        multiply("roi_credit", part.pk, touched_at="now() - n * interval '1 hour'", page="'/p' || n",
                 channel="case n %% 2 when 0 then 'search' else 'direct' end")  # fmt: skip
        old = Credit.objects.filter(touched_at__lt=at - (MANY // 24 - 2) * DAY).exclude(page="")
        assert scans_of(old.values("pk")) == {"Index Scan": "credit_page_kept"}
        sent = Credit.objects.filter(channel="search", touched_at__gte=at - DAY, touched_at__lt=at)
        assert scans_of(sent.values("pk")) == {"Index Scan": "credit_touched"}
