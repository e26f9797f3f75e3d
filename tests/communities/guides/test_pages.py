from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.content.exceptions import SpaceError
from communities.content.models import Revision, Space, SpaceAuthor, State, Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.services import move_thread
from communities.content.services.moving import begin_move
from communities.exceptions import NotAllowed
from communities.guides.exceptions import MenuFull, TooManyPages
from communities.guides.models import Guide
from communities.guides.services import Draft, edit_page, move_page, publish_page, unpublish_page
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.conftest import Cast
from tests.factories import make_membership, make_space, make_thread
from tests.sweeps.guidings import TEXT, make_page


def text(here: Cast, path: str, by: Membership | None = None, status: int = 200) -> str:
    answer = here.sign_in(by).get(here.url(path))
    assert answer.status_code == status, path
    return answer.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'<h2 dir="auto"><a [^>]*>([^<]*)</a>', html)


def test_a_manager_writes_publishes_and_everybody_reads(here: Cast, guides: Space) -> None:
    client, start = here.sign_in(here.manager), here.url("/guides/in/how-to/new/")
    sent = {"title": "Choosing a rope", "body": TEXT, "body_format": "html", "then": "publish"}
    answer = client.post(start, sent)
    assert answer.headers["Location"] == here.url("/guides/choosing-a-rope/")

    html = text(here, "/guides/choosing-a-rope/")
    assert '<a href="#s-which-rope">Which rope?</a>' in html
    assert '<h2 id="s-which-rope">Which rope?</h2>' in html
    assert "<details" not in html.split('class="prose"')[1]
    listed = text(here, "/guides/")
    assert titles(listed) == ["Choosing a rope"]
    assert here.url("/guides/choosing-a-rope/#s-which-knot") in listed
    assert "Choosing a rope" in text(here, "/search/?q=bowline")


def test_headings_that_are_questions_open(here: Cast, guides: Space) -> None:
    with here.scope():
        make_page(guides, by=here.manager, folds=True)
    html = text(here, "/guides/choosing-a-rope/").split('class="prose"')[1]
    assert html.count("<details") == 2
    assert re.search(
        r"<summary><h2>Which rope\?</h2></summary><div id=\"s-which-rope\"><p>The thick one", html
    )


def test_the_menu_leads_to_what_its_readers_may_read(here: Cast, guides: Space) -> None:
    with here.scope():
        make_page(guides, by=here.manager, in_menu=True)
        make_page(guides, by=here.manager, title="Not there")
    link = f'href="{here.url("/guides/choosing-a-rope/")}"'
    forget_all()
    home = text(here, "/about/")
    assert link in home
    assert here.url("/guides/not-there/") not in home
    with here.scope():
        Space.objects.filter(pk=guides.pk).update(audience="members")
    forget_all()
    assert link not in text(here, "/about/")
    assert link in text(here, "/about/", here.member)
    with here.scope():
        unpublish_page(Thread.objects.get(slug="choosing-a-rope"), by=here.manager)
    forget_all()
    assert link not in text(here, "/about/", here.member)


def test_who_has_no_pages_sees_no_place_for_them(here: Cast, guides: Space) -> None:
    forget_all()
    assert here.url("/guides/") in text(here, "/about/")
    with here.scope():
        Space.objects.filter(pk=guides.pk).update(audience="team")
    forget_all()
    assert here.url("/guides/") not in text(here, "/about/")


def test_closed_pages_are_found_nowhere(here: Cast, page: Thread) -> None:
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "search"])
    forget_all()
    for path in ("/guides/", "/guides/in/how-to/", "/guides/choosing-a-rope/", "/guides/feed.xml"):
        text(here, path, here.owner, 404)
    assert "Choosing a rope" not in text(here, "/search/?q=bowline", here.member)
    with here.scope(), pytest.raises(FeatureClosed):
        make_page(page.space, by=Membership.objects.get(pk=here.manager.pk))


def test_order_is_set_by_those_who_manage(here: Cast, guides: Space) -> None:
    with here.scope():
        first, second, third = (make_page(guides, by=here.manager, title=f"Page {n}") for n in "123")
        unpublish_page(second, by=here.manager)
        assert move_page(third, by=here.manager, up=True)
        assert not move_page(third, by=here.manager, up=True)
        publish_page(Thread.objects.get(pk=second.pk), by=here.manager)
        assert move_page(first, by=here.manager, up=False)
        places = list(Guide.objects.order_by("place").values_list("place", "thread__title"))
        for stranger in (here.member, here.moderator):
            with pytest.raises(NotAllowed):
                move_page(first, by=stranger, up=True)
    assert places == [(1, "Page 3"), (2, "Page 2"), (3, "Page 1")]
    assert titles(text(here, "/guides/")) == ["Page 3", "Page 2", "Page 1"]
    client = here.sign_in(here.manager)
    client.post(here.url("/guides/page-1/move/"), {"to": "up"})
    assert titles(text(here, "/guides/")) == ["Page 3", "Page 1", "Page 2"]


def test_a_change_keeps_the_former_text_which_can_be_put_back(here: Cast, page: Thread) -> None:
    with here.scope():
        body = page.opening()
        type(body).objects.filter(pk=body.pk).update(published_at="2026-01-01T00:00Z")
    client = here.sign_in(here.owner)
    path = here.url("/guides/choosing-a-rope/")
    shown = client.get(f"{path}edit/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version is not None
    sent = {"title": "Choosing a line", "body": "<p>Thin.</p>", "body_format": "html", "then": "save"}
    assert client.post(f"{path}edit/", sent | {"version": version[1]}).status_code == 302
    # Its former address leads to the new one, and who has the former text in their form is told.
    moved = here.url("/guides/choosing-a-line/")
    assert here.sign_in(None).get(path).headers["Location"] == moved
    late = client.post(f"{moved}edit/", sent | {"version": version[1], "body": "<p>Mine.</p>"})
    assert late.status_code == 409
    assert "Mine." in late.content.decode()

    history = here.url(f"/p/{body.public_id}/history/0/")
    assert here.url(f"/p/{body.public_id}/history/0/back/") in client.get(history).content.decode()
    assert here.sign_in(here.member).post(f"{history}back/").status_code == 403
    assert client.post(f"{history}back/").status_code == 302
    html = text(here, "/guides/choosing-a-line/")
    assert "The thick one." in html
    assert '<a href="#s-which-knot">Which knot?</a>' in html
    with here.scope():
        kept = Revision.objects.get(post=body, number=1)
    assert "Thin." in kept.body_html


def test_a_draft_is_seen_by_those_who_may_write_it(here: Cast, guides: Space, elsewhere: Cast) -> None:
    with here.scope():
        make_page(guides, by=here.manager, published=False)
    path = "/guides/choosing-a-rope/"
    assert "This is a draft." in text(here, path, here.owner)
    for reader in (None, here.member):
        text(here, path, reader, 404)
        assert "Choosing a rope" not in text(here, "/guides/", reader)
    assert "Choosing a rope" in text(here, "/guides/", here.owner)
    text(elsewhere, path, elsewhere.owner, 404)


def test_nobody_replies_to_a_page(here: Cast, page: Thread) -> None:
    with here.scope():
        assert not can_reply_to_thread(here.manager, page)
        # Lists say of no page that nobody has replied yet.
        assert [one.is_unreplied for one in (page, make_thread(here.forum))] == [False, True]
    form = text(here, f"/manage/spaces/{page.space_id}/edit/", here.manager)
    assert 'name="posting"' in form
    assert 'name="replying"' not in form


def test_a_space_and_the_menu_hold_so_many(here: Cast, guides: Space, monkeypatch: Any) -> None:
    monkeypatch.setattr("communities.guides.services.MOST_PAGES", 2)
    monkeypatch.setattr("communities.guides.services.MOST_LISTED", 1)
    with here.scope():
        make_page(guides, by=here.manager, in_menu=True)
        second = make_page(guides, by=here.manager, title="Second")
        with pytest.raises(TooManyPages):
            make_page(guides, by=here.manager, title="Third")
        with pytest.raises(MenuFull):
            edit_page(second, by=here.manager, draft=Draft("Second", TEXT, in_menu=True))
        unpublish_page(Thread.objects.get(slug="choosing-a-rope"), by=here.manager)
        with pytest.raises(MenuFull):
            # The place of the draft is kept.
            edit_page(second, by=here.manager, draft=Draft("Second", TEXT, in_menu=True))
    client = here.sign_in(here.manager)
    sent = {
        "title": "Second",
        "body": "<p>Typed.</p>",
        "body_format": "html",
        "then": "save",
        "in_menu": "on",
    }
    answer = client.post(here.url("/guides/second/edit/"), sent)
    assert answer.status_code == 422
    assert "The menu already has eight pages" in answer.content.decode()
    assert "Typed." in answer.content.decode()


def test_who_writes_by_name_does_not_arrange(here: Cast, guides: Space) -> None:
    """A named author writes pages of their own; the menu and the pages of others are not theirs."""
    with here.scope():
        Space.objects.filter(pk=guides.pk).update(posting="authors")
        author = make_membership(handle="scribe")
        SpaceAuthor.objects.create(space=guides, membership=author)
        forget_all()
        guides.refresh_from_db()
        mine = make_page(guides, by=author, title="Mine", in_menu=True)
        theirs = make_page(guides, by=here.manager, title="Theirs")
        assert not Guide.objects.get(pk=mine.pk).in_menu
        with pytest.raises(NotAllowed):
            edit_page(theirs, by=author, draft=Draft("X", TEXT))
        with pytest.raises(NotAllowed):
            move_page(mine, by=author, up=True)
        edit_page(mine, by=here.owner, draft=Draft("Mine", TEXT, folds=True))
        assert Guide.objects.get(pk=mine.pk).folds


def test_no_move_brings_more_than_a_space_lists(here: Cast, page: Thread, monkeypatch: Any) -> None:
    monkeypatch.setattr("communities.guides.kind.GuidesKind.holds_at_most", 2)
    with here.scope():
        other = make_space(kind="guides", slug="more", name="More", posting="team")
        for title in ("One", "Two"):
            make_page(other, by=here.manager, title=title)
        with pytest.raises(SpaceError, match="2 texts at most"):
            move_thread(page, target=other, by=here.owner)
        with pytest.raises(SpaceError, match="2 texts at most"):
            begin_move(page.space, other, by=here.owner)
        monkeypatch.setattr("communities.guides.kind.GuidesKind.holds_at_most", 3)
        assert move_thread(page, target=other, by=here.owner)
    assert len(titles(text(here, "/guides/in/more/"))) == 3


def test_an_editor_of_the_space_reads_versions_and_a_page_may_be_called_as_an_address(
    here: Cast, guides: Space
) -> None:
    with here.scope():
        Space.objects.filter(pk=guides.pk).update(posting="authors")
        editor = make_membership(handle="scribe")
        SpaceAuthor.objects.create(space=guides, membership=editor, edits=True)
        forget_all()
        page = make_page(Space.objects.get(pk=guides.pk), by=here.manager, title="In")
        body = page.opening()
        type(body).objects.filter(pk=body.pk).update(published_at="2026-01-01T00:00Z")
        edit_page(page, by=editor, draft=Draft("In", "<p>Thin.</p>"))
    history = here.url(f"/p/{body.public_id}/history/")
    shown = text(here, page.get_absolute_url().removeprefix(here.prefix), editor)
    assert history in shown
    assert here.sign_in(editor).get(history).status_code == 200
    assert here.sign_in(here.member).get(history).status_code == 403
    assert here.sign_in(editor).get(here.url(f"/guides/{page.slug}/edit/")).status_code == 200


def test_a_page_costs_as_much_among_many(here: Cast, page: Thread, queries: Any) -> None:
    visitor, path = here.sign_in(here.member), here.url("/guides/choosing-a-rope/")
    listed = here.url("/guides/in/how-to/")

    def costs(address: str) -> int:
        forget_all()
        visitor.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(address).status_code == 200
        return len(asked)

    few = [costs(path), costs(listed)]
    with here.scope():
        for number in range(12):
            make_page(page.space, by=here.manager, title=f"Page {number}", in_menu=number < 7)
    assert [costs(path), costs(listed)] == few


def test_a_withdrawn_page_is_gone(here: Cast, page: Thread) -> None:
    with here.scope():
        Thread.objects.filter(pk=page.pk).update(state=State.REMOVED)
    text(here, "/guides/choosing-a-rope/", None, 410)
    assert titles(text(here, "/guides/")) == []
