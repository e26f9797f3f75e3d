from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from communities.blogs.services import Draft, edit_article, unpublish_article
from communities.content.models import Space, State, Thread
from communities.content.services import delete_post, retire_thread
from communities.content.services.uploading import upload_file
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_membership, make_reply
from tests.sweeps.world import a_picture

CANARY = "zephyrcanary"


def test_an_article_shows_its_text_contents_authors_and_tags(here: Cast, author: Membership) -> None:
    with here.scope():
        friend = make_membership(handle="marc", display_name="Marc Le Goff")
        thread = written(
            here.blog,
            by=author,
            tags=["Rope"],
            co_authors=["@marc"],
            about={"excerpt": "An eye in ten minutes."},
        )
    page = here.sign_in(None).get(here.url(f"/blogs/journal/{thread.slug}/"))
    html = page.content.decode()
    assert page.status_code == 200
    assert "An eye in ten minutes." in html
    assert '<h2 id="s-the-rope">' in html
    assert 'href="#s-the-eye"' in html
    assert html.index("Inès Rey") < html.index(friend.display_name)
    assert here.url("/tags/rope/") in html
    assert "No reply yet. Yours would be the first." in html
    # Where there are no pages of tags, nothing leads to one.
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert "/tags/" not in here.sign_in(None).get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()


def test_what_was_edited_as_a_draft_is_not_shown_as_changed(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
    page = here.url(f"/blogs/journal/{thread.slug}/")
    for days, shown in ((-1, False), (1, True)):
        with here.scope():
            Thread.objects.filter(pk=thread.pk).update(edited_at=F("published_at") + timedelta(days=days))
        assert (
            "<span>changed" in re.sub(r">\s+", ">", here.sign_in(None).get(page).content.decode())
        ) is shown


def test_its_head_tells_machines_what_it_is(here: Cast, author: Membership, settings: Any) -> None:
    settings.PLATFORM_URL = "https://platform.example"
    with here.scope():
        thread = written(
            here.blog, by=author, title='A </script><b>"title"', about={"excerpt": "Short & clear"}
        )
    html = here.sign_in(None).get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()
    address = f"https://platform.example/c/{here.community.slug}/blogs/journal/{thread.slug}/"
    assert f'<link rel="canonical" href="{address}">' in html
    assert '<meta property="og:type" content="article">' in html
    assert f"https://platform.example/c/{here.community.slug}/share/{thread.slug}/" in html
    written_data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert written_data is not None
    article, crumbs = json.loads(written_data[1])["@graph"]
    assert article["headline"] == 'A </script><b>"title"'
    assert article["url"] == address
    assert article["author"][0]["name"] == "Inès Rey"
    assert [one["position"] for one in crumbs["itemListElement"]] == [1, 2, 3]


def test_anonymous_readers_cost_three_queries_however_much_there_is(
    here: Cast, author: Membership, queries: Any
) -> None:
    with here.scope():
        thread = written(here.blog, by=author, tags=["a", "b"])
    path = here.url(f"/blogs/journal/{thread.slug}/")
    visitor = here.sign_in(None)
    visitor.get(path)
    with queries(most=3):
        visitor.get(path)
    with here.scope():
        for number in range(12):
            make_reply(thread)
            written(here.blog, by=author, title=f"Another {number}", tags=["a"])
    visitor.get(path)
    with queries(most=3):
        assert visitor.get(path).status_code == 200


def test_a_member_costs_six(here: Cast, author: Membership, queries: Any) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        make_reply(thread)
    client = here.sign_in(here.member)
    path = here.url(f"/blogs/journal/{thread.slug}/")
    client.get(path)
    with queries(most=7):
        assert client.get(path).status_code == 200


def test_replies_stand_on_pages_of_twenty(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        for number in range(25):
            make_reply(thread, by=here.member, body=f"<p>Reply number {number}.</p>")
    visitor = here.sign_in(None)
    first = visitor.get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()
    second = visitor.get(here.url(f"/blogs/journal/{thread.slug}/?page=2")).content.decode()
    assert "Cut it clean" in first
    assert "Reply number 18." in first
    assert "Reply number 19." not in first
    assert "Reply number 19." in second
    assert "Cut it clean." not in second
    assert f"/blogs/journal/{thread.slug}/?page=2" in second.split('rel="canonical"')[1].split(">")[0]
    assert visitor.get(here.url(f"/blogs/journal/{thread.slug}/?page=3")).status_code == 404
    assert visitor.get(here.url(f"/blogs/journal/{thread.slug}/?page=x")).status_code == 200


@pytest.mark.parametrize("state", [State.DRAFT, State.SCHEDULED, State.PENDING])
def test_what_waits_exists_for_its_authors_and_the_team_only(
    here: Cast, author: Membership, state: str
) -> None:
    with here.scope():
        friend = make_membership(handle="marc")
        thread = written(here.blog, by=author, publish=False, title=CANARY, co_authors=["marc"])
        Thread.objects.filter(pk=thread.pk).update(state=state, scheduled_for="2100-01-01T00:00Z")
    path = here.url(f"/blogs/journal/{thread.slug}/")
    for outsider in (None, here.member, here.ambassador, here.marketing):
        assert here.sign_in(outsider).get(path).status_code == 404
        assert CANARY not in here.sign_in(outsider).get(here.url("/blogs/")).content.decode()
    for insider in (author, friend, here.moderator, here.owner):
        answer = here.sign_in(insider).get(path, follow=True)
        assert answer.status_code == 200
        assert CANARY in answer.content.decode()
        assert answer.redirect_chain[-1][0].endswith("/preview/")


def test_another_communitys_article_is_not_here(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        thread = written(elsewhere.blog, by=elsewhere.manager)
    assert here.sign_in(here.owner).get(here.url(f"/blogs/journal/{thread.slug}/")).status_code == 404


def test_members_only_blogs_are_for_members(here: Cast) -> None:
    with here.scope():
        Space.objects.filter(pk=here.blog.pk).update(audience="members")
        thread = written(Space.objects.get(pk=here.blog.pk), by=here.manager)
    path = here.url(f"/blogs/journal/{thread.slug}/")
    assert here.sign_in(None).get(path).status_code == 404
    page = here.sign_in(here.member).get(path)
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_a_withdrawn_article_is_gone(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        delete_post(thread.posts.get(position=1), by=author)
    assert here.sign_in(None).get(here.url(f"/blogs/journal/{thread.slug}/")).status_code == 410


def test_a_renamed_article_answers_from_every_former_address(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, title="First name")
        for title in ("Second name", "Third name"):
            edit_article(thread, by=author, draft=Draft(title=title, body="<p>Text.</p>"))
    visitor = here.sign_in(None)
    for old in ("first-name", "second-name"):
        answer = visitor.get(here.url(f"/blogs/journal/{old}/"))
        assert (answer.status_code, answer["Location"]) == (301, here.url("/blogs/journal/third-name/"))
    with here.scope():
        edit_article(thread, by=author, draft=Draft(title="First name", body="<p>Text.</p>"))
    assert visitor.get(here.url("/blogs/journal/first-name/")).status_code == 200
    for old in ("second-name", "third-name"):
        answer = visitor.get(here.url(f"/blogs/journal/{old}/"))
        assert (answer.status_code, answer["Location"]) == (301, here.url("/blogs/journal/first-name/"))


def test_the_right_article_under_the_wrong_blog_redirects(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
    answer = here.sign_in(None).get(here.url(f"/blogs/other/{thread.slug}/"))
    assert (answer.status_code, answer["Location"]) == (301, here.url(f"/blogs/journal/{thread.slug}/"))


def test_neighbours_lead_on(here: Cast, author: Membership) -> None:
    with here.scope():
        older, middle, newer = (
            written(here.blog, by=author, title=f"Part {name}") for name in ("one", "two", "three")
        )
        hidden = written(here.blog, by=author, title=CANARY)
        unpublish_article(hidden, by=author)
    html = here.sign_in(None).get(here.url(f"/blogs/journal/{middle.slug}/")).content.decode()
    assert f'href="{here.url(f"/blogs/journal/{older.slug}/")}" rel="prev"' in html
    assert f'href="{here.url(f"/blogs/journal/{newer.slug}/")}" rel="next"' in html
    assert CANARY not in html


def test_what_was_taken_back_is_read_by_all_who_signed_it(here: Cast, author: Membership) -> None:
    with here.scope():
        friend = make_membership(handle="marc")
        picture = upload_file(a_picture(), by=author, alt="A deck")
        body = f'<p><img src="/~/media/{picture.pk}/full"></p>'
        thread = written(here.blog, by=author, title=CANARY, body=body, co_authors=["marc"])
        retire_thread(thread, by=here.owner, at=timezone.now())
        opening = thread.opening().public_id
    path = here.url(f"/blogs/journal/{thread.slug}/")
    media, permalink = here.url(f"/media/{picture.pk}/full"), here.url(f"/p/{opening}/")
    for outsider in (None, here.member, here.ambassador, here.marketing):
        client = here.sign_in(outsider)
        assert client.get(path).status_code == 410, outsider
        assert client.get(media).status_code == 404, outsider
        assert client.get(permalink).status_code == 410, outsider
    for insider in (author, friend, here.moderator):
        client = here.sign_in(insider)
        page = client.get(path)
        assert page.status_code == 200, insider
        assert "Taken back" in page.text
        assert client.get(media).status_code == 200, insider
        assert client.get(permalink).status_code == 302, insider
    assert "/edit/" in here.sign_in(friend).get(path).text, "and works on it, as its author does"
