from __future__ import annotations

from typing import Any

import pytest

from communities.content.models import Subscription, Thread
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_space


def test_one_blog_is_shown_at_once(here: Cast, author: Membership) -> None:
    with here.scope():
        written(here.blog, by=author)
    html = here.sign_in(None).get(here.url("/blogs/")).content.decode()
    assert "Splicing a halyard" in html
    assert "<h1>Journal</h1>" in html
    assert f'{here.url("/blogs/journal/")}">' in html.split('rel="canonical"')[1].split("\n")[0]


def test_several_blogs_are_listed_together(here: Cast, author: Membership) -> None:
    with here.scope():
        make_space(kind="blog", slug="notes", name="Notes")
        written(here.blog, by=author)
    html = here.sign_in(None).get(here.url("/blogs/")).content.decode()
    assert "Splicing a halyard" in html
    assert here.url("/blogs/notes/") in html


def test_tags_lead_nowhere_where_they_are_closed(here: Cast, author: Membership) -> None:
    with here.scope():
        written(here.blog, by=author, tags=["rope"])
    visitor, tag = here.sign_in(None), here.url("/tags/rope/")
    assert tag in visitor.get(here.url("/blogs/")).content.decode()
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    html = visitor.get(here.url("/blogs/")).content.decode()
    assert "Splicing a halyard" in html
    assert tag not in html


def test_an_empty_blog_says_so(here: Cast) -> None:
    html = here.sign_in(None).get(here.url("/blogs/journal/")).content.decode()
    assert "The first article is being written. Follow this blog to read it first." in html
    assert 'content="noindex, follow"' in html


def test_a_list_costs_two_queries_however_long(here: Cast, author: Membership, queries: Any) -> None:
    visitor, path = here.sign_in(None), here.url("/blogs/journal/")
    with here.scope():
        written(here.blog, by=author, tags=["a"])
    visitor.get(path)
    with queries(most=2):
        visitor.get(path)
    with here.scope():
        for number in range(25):
            written(here.blog, by=author, title=f"Article {number}", tags=["a", f"b{number}"])
    visitor.get(path)
    with queries(most=2):
        assert visitor.get(path).status_code == 200


def test_older_articles_follow_by_cursor_without_gap_or_double(here: Cast, author: Membership) -> None:
    with here.scope():
        made = [written(here.blog, by=author, title=f"Article {number}") for number in range(45)]
        # Many at one moment, as imports have them: the id decides.
        Thread.objects.filter(pk__in=[one.pk for one in made[:30]]).update(published_at="2020-01-01T12:00Z")
    visitor, seen, query = here.sign_in(None), [], ""
    while query is not None:
        page = visitor.get(here.url(f"/blogs/journal/{query}"))
        seen += [card.thread.pk for card in page.context["cards"]]
        query = page.context["older_url"] or None
    assert sorted(seen) == sorted(one.pk for one in made)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("cursor", ["x", "-", "1-", "99999999999999999-1", "%00", "1-1-1", "é"])
def test_a_broken_cursor_shows_the_first_page(here: Cast, author: Membership, cursor: str) -> None:
    with here.scope():
        written(here.blog, by=author)
    page = here.sign_in(None).get(here.url(f"/blogs/journal/?after={cursor}"))
    assert page.status_code == 200


def test_following_and_leaving_a_blog(here: Cast) -> None:
    client = here.sign_in(here.member)
    assert client.post(here.url("/blogs/journal/follow/")).status_code == 302
    with here.scope():
        assert Subscription.objects.following().filter(space=here.blog, membership=here.member).exists()
    assert "Following" in client.get(here.url("/blogs/journal/")).content.decode()
    client.post(here.url("/blogs/journal/unfollow/"))
    with here.scope():
        assert not Subscription.objects.filter(space=here.blog).exists()


def test_a_visitor_is_sent_to_sign_in_before_following(here: Cast) -> None:
    answer = here.sign_in(None).post(here.url("/blogs/journal/follow/"))
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_a_closed_feature_has_no_page(here: Cast) -> None:
    here.community.open_features = ["forums"]
    here.community.save()
    for path in ("/blogs/", "/blogs/journal/", "/blogs/feed.xml", "/blogs/journal/feed.xml"):
        assert here.sign_in(None).get(here.url(path)).status_code == 404


def test_another_communitys_blog_is_not_here(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        make_space(kind="blog", slug="theirs")
    assert here.sign_in(here.owner).get(here.url("/blogs/theirs/")).status_code == 404
