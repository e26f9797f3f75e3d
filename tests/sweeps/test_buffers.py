"""The hot queries of the content model touch few pages, however large a community is.

Counting statements sees none of the faults of a plan; buffers do, and they do not depend on the machine. The
budgets are three times what the content model's trial measured (docs/decisions/0002-content-model.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.content.finding.mentions import suggested
from communities.content.finding.searching import Filters, search
from communities.content.models import Tag, Thread
from communities.content.showing.reading import news_in, read_posts
from communities.content.viewers import Viewer, spaces_of, viewer_for
from communities.forums.queries import latest_and_waiting, thread_for_page, threads_by_activity
from communities.front.queries import home_of
from communities.memory import forget_all
from communities.models import Membership
from communities.people.queries import contributions_of
from communities.scoping import community_scope
from tests.emptying import empty_to_the_last_page
from tests.sweeps.crowd import Crowd, make_crowd

Asked = Callable[[Crowd, Viewer], Any]


def _space(crowd: Crowd) -> Any:
    return spaces_of(crowd.large)[0]


def _deep(crowd: Crowd, viewer: Viewer) -> Any:
    page = threads_by_activity(viewer, _space(crowd))
    for _number in range(8):
        page = threads_by_activity(viewer, _space(crowd), after=page.older)
    return page.older


def _person() -> Membership:
    return Membership.objects.get(handle="person7")


def _long(viewer: Viewer) -> Thread:
    return Thread.objects.get(slug="thread-1")


# Name: what is prepared (not counted), what is asked (counted), the budget in pages of 8 kB.
QUERIES: dict[str, tuple[Asked, Callable[[Crowd, Viewer, Any], Any], int]] = {
    "list, page 1": (lambda c, v: _space(c), lambda c, v, s: threads_by_activity(v, s), 3 * 155),
    "list, deep page": (_deep, lambda c, v, at: threads_by_activity(v, _space(c), after=at), 3 * 157),
    "thread by its address": (
        lambda c, v: None,
        lambda c, v, _n: thread_for_page(v, "thread-9", None),
        3 * 22,
    ),
    "thread, first page": (lambda c, v: _long(v), lambda c, v, t: read_posts(t, 1), 3 * 103),
    "thread, last page": (lambda c, v: _long(v), lambda c, v, t: read_posts(t, t.last_page), 3 * 103),
    "home of visitors": (lambda c, v: None, lambda c, v, _n: home_of(c.large, v), 3 * 200),
    "home of members": (lambda c, v: _person(), lambda c, v, me: home_of(c.large, v, me), 3 * 200),
    "new and waiting in the forum": (
        lambda c, v: None,
        lambda c, v, _n: latest_and_waiting(v, 10, 5),
        3 * (119 + 60),
    ),
    "tag": (
        lambda c, v: Tag.objects.get(slug="ropes"),
        lambda c, v, tag: list(
            Thread.objects.visible_to(v).tagged_before(tag.pk).select_related("author")[:20]
        ),
        3 * 92,
    ),
    "contributions": (lambda c, v: _person(), lambda c, v, me: contributions_of(me, v), 3 * 123),
    "type-ahead of names": (lambda c, v: None, lambda c, v, _n: suggested("person20"), 3 * 10),
    "unread markers": (
        lambda c, v: (list(Thread.objects.visible_to(v).active_before()[:30]), _person()),
        lambda c, v, found: news_in(*found),
        3 * 64,
    ),
    "search, rare word": (
        lambda c, v: None,
        lambda c, v, _n: search(c.large, v, "quincunx", Filters()),
        3 * 2532,
    ),
    "search, common word": (
        lambda c, v: None,
        lambda c, v, _n: search(c.large, v, "halyard", Filters()),
        3 * 2532,
    ),
}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_hot_queries_touch_few_pages() -> None:
    empty_to_the_last_page(["default", "owner"])
    crowd = make_crowd()
    forget_all()
    over: list[str] = []
    for name, (prepare, ask, budget) in QUERIES.items():
        with community_scope(crowd.large):
            viewer = viewer_for(crowd.large, None)
            prepared = prepare(crowd, viewer)
            with CaptureQueriesContext(connection) as captured:
                ask(crowd, viewer, prepared)
            asked = [query["sql"] for query in captured.captured_queries if _is_reading(query["sql"])]
            assert asked, name
            touched = [_pages(sql) for sql in asked]
        if sum(touched) > budget:
            worst = asked[touched.index(max(touched))]
            over.append(f"{name}: {sum(touched)} pages, at most {budget} {touched}\n    {worst[:1500]}")
    assert not over, "\n".join(over)


def _is_reading(sql: str) -> bool:
    return sql.lstrip("( ").lower().startswith("select") and "set_config" not in sql


def _pages(sql: str) -> int:
    """Pages touched by one statement, as the web role runs it in its scope."""
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, buffers, format json) " + sql.replace("%", "%%"), [])
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])
