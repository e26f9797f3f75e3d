from __future__ import annotations

from typing import Any

from communities.content.models import Tag, Thread
from communities.content.services import set_tags, unpublish_thread
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_space, make_thread

CANARY = "zephyrcanary"


def test_a_tag_page_holds_all_kinds_newest_first(here: Cast) -> None:
    with here.scope():
        written(here.blog, by=here.manager, title="The article", tags=["Épissure"])
        make_thread(here.forum, title="The topic", tags=["epissure"])
    html = here.sign_in(None).get(here.url("/tags/epissure/")).content.decode()
    assert html.index("The topic") < html.index("The article")
    assert "<h1>Épissure</h1>" in html
    assert '<meta name="robots" content="noindex">' in html


def test_from_five_threads_on_it_is_indexed_and_costs_two_queries(here: Cast, queries: Any) -> None:
    visitor, path = here.sign_in(None), here.url("/tags/rope/")
    with here.scope():
        for number in range(5):
            make_thread(here.forum, title=f"T {number}", tags=["rope"])
    assert 'name="robots"' not in visitor.get(path).content.decode()
    with queries(most=2):
        visitor.get(path)
    with here.scope():
        for number in range(40):
            make_thread(here.forum, title=f"More {number}", tags=["rope", "other"])
    visitor.get(path)
    with queries(most=2):
        page = visitor.get(path)
    seen = [row.pk for row in page.context["page"].rows]
    while page.context["older_url"]:
        page = visitor.get(path + page.context["older_url"])
        seen += [row.pk for row in page.context["page"].rows]
    assert len(seen) == len(set(seen)) == 45


def test_words_of_closed_spaces_are_not_told(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        closed = make_space(kind="forum", slug="closed", audience="members")
        make_thread(closed, title="Secret", tags=[CANARY])
        draft = written(here.blog, by=here.manager, publish=False, title="Draft", tags=[f"{CANARY}2"])
        assert draft.tags.count() == 1
    with elsewhere.scope():
        make_thread(elsewhere.forum, tags=["theirs"])
    visitor = here.sign_in(None)
    assert CANARY not in visitor.get(here.url("/tags/")).content.decode()
    for slug in (CANARY, f"{CANARY}2", "theirs", "none"):
        assert visitor.get(here.url(f"/tags/{slug}/")).status_code == 404
    member = here.sign_in(here.member).get(here.url("/tags/")).content.decode()
    assert f'{here.url(f"/tags/{CANARY}/")}"' in member
    assert f"{CANARY}2" not in member


def test_counts_follow_publication(here: Cast) -> None:
    with here.scope():
        thread = written(here.blog, by=here.manager, publish=False, tags=["rope"])
        assert Tag.objects.get().thread_count == 0
        from communities.content.services import publish_thread

        publish_thread(thread, by=here.manager)
        assert Tag.objects.get().thread_count == 1
        unpublish_thread(thread, by=here.manager)
        assert Tag.objects.get().thread_count == 0
        set_tags(Thread.objects.get(pk=thread.pk), by=here.manager, names=[])
        assert Tag.objects.get().thread_count == 0
