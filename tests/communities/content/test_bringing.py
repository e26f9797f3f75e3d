"""Pictures from other sites: named, brought in when their writer says so, and never shown from where they are."""

from __future__ import annotations

import pytest

from communities.content.exceptions import UploadRefused
from communities.content.models import Attachment, PendingEdit, Post
from communities.content.services import bringing, reply_to
from communities.content.services.bringing import bring_picture
from communities.content.text.remote import Remote, remote_pictures, with_own_pictures
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community
from communities.outbound import LARGEST
from tests import factories
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast
from tests.web_server import HOST, Answer, WebServer, web  # noqa: F401  a fixture

DECK = f"http://{HOST}/deck%20one.jpg"
LOST = f"http://{HOST}/lost.jpg"


def test_those_that_a_text_shows_are_told_from_words_about_them() -> None:
    source = f'![A deck]({DECK} "Noon") and ![]( <{LOST}> ) `![no](http://{HOST}/no.jpg)` [link]({DECK})'
    assert remote_pictures(source, "markdown") == [Remote(DECK, "A deck"), Remote(LOST, "lost.jpg")]
    html = f'<p><img alt="A &amp; B" src="http://{HOST}/?a=1&amp;b=2"><img src="/~/media/x/full"></p>'
    (found,) = remote_pictures(html, "html")
    assert found == Remote(f"http://{HOST}/?a=1&b=2", "A & B")
    assert 'src="/~/media/1/full"' in with_own_pictures(html, "html", {found.address: "/~/media/1/full"})
    own = with_own_pictures(source, "markdown", {DECK: "/~/media/1/full"})
    assert own.startswith('![A deck](/~/media/1/full "Noon") and ![]( <http')
    assert own.endswith(f"[link]({DECK})")


def test_a_picture_is_fetched_for_whoever_asks(here: Cast, web: WebServer) -> None:  # noqa: F811
    web.pages["/deck%20one.jpg"] = Answer(body=picture().read(), headers={"Content-Type": "text/html"})
    sent = here.sign_in(here.member).post(here.url("/uploads/fetch/"), {"address": DECK, "alt": "A deck"})
    assert sent.status_code == 201
    with here.scope():
        kept = Attachment.objects.get()
    assert (kept.uploader_id, kept.alt, kept.width) == (here.member.pk, "A deck", 600)
    assert sent.json()["url"] == here.url(f"/media/{kept.pk}/full")
    assert "cookie" not in web.asked[0][1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(404), "does not give"),
        (Answer(body=b"<html>"), "cannot be used"),
        (Answer(body=b"x" * (LARGEST + 1)), "larger than 2"),
    ],
)
def test_what_is_no_picture_is_not_kept(here: Cast, web: WebServer, answer: Answer, why: str) -> None:  # noqa: F811
    web.pages["/lost.jpg"] = answer
    said = here.sign_in(here.member).post(here.url("/uploads/fetch/"), {"address": LOST})
    assert said.status_code == 422
    assert why in said.json()["error"]
    with here.scope():
        assert not Attachment.objects.exists()


def test_nothing_inside_is_reached_and_nobody_asks_for_others(here: Cast, elsewhere: Cast) -> None:
    path = here.url("/uploads/fetch/")
    for address in ("http://127.0.0.1/a.png", "file:///etc/passwd", "", "x" * 3000):
        said = here.sign_in(here.member).post(path, {"address": address})
        assert (said.status_code, "Nothing can be fetched" in said.json()["error"]) == (422, True)
    assert elsewhere.sign_in(elsewhere.member).post(path, {"address": DECK}).status_code in (302, 403)
    with here.scope():
        here.member.status = "banned"
        with pytest.raises(NotAllowed):
            bring_picture(DECK, by=here.member)


def test_not_all_of_a_process_waits_for_other_sites(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "TURN", 0.01)
    with here.scope(), bringing._TURNS, bringing._TURNS, pytest.raises(UploadRefused, match="being fetched"):
        bring_picture(DECK, by=here.member)


def test_a_writer_without_script_is_told_and_chooses(here: Cast, web: WebServer) -> None:  # noqa: F811
    web.pages["/deck%20one.jpg"] = Answer(body=picture().read())
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.moderator)
    writer = here.sign_in(here.member)
    body = f"Look:\n\n![A deck]({DECK})\n\n![Lost]({LOST})"
    told = writer.post(
        here.url(f"/forums/t/{thread.slug}/reply/"), {"body": body, "body_format": "markdown"}, follow=True
    ).content.decode()
    assert "\u2068A deck\u2069 and \u2068Lost\u2069" in told
    with here.scope():
        post = Post.objects.order_by("-pk")[0]
    assert f'<a href="{DECK}" rel="nofollow ugc noopener">A deck</a>' in post.body_html
    assert web.asked == [], "not before somebody wants it"
    page = here.url(f"/p/{post.public_id}/pictures/")
    assert page in writer.get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    assert f'value="{LOST}" checked' in writer.get(page).content.decode()
    assert writer.post(page).status_code == 422
    answer = writer.post(page, {"address": [DECK, LOST, f"http://{HOST}/other.jpg"]}).content.decode()
    assert "The other site does not give this picture out." in answer
    assert [path for path, _headers in web.asked] == ["/deck%20one.jpg", "/lost.jpg"]
    with here.scope():
        post.refresh_from_db()
        kept = Attachment.objects.get()
    assert kept.post_id == post.pk
    assert f'<img src="/~/media/{kept.pk}/full" alt="A deck" width="600"' in post.body_html
    assert LOST in post.body_html
    assert post.body_source == body.replace(DECK, f"/~/media/{kept.pk}/full")
    assert here.sign_in(here.ambassador).get(page).status_code == 403


def test_only_a_writer_brings_pictures_into_a_text(here: Cast) -> None:
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.moderator)
        post = reply_to(thread, by=here.member, body=f"![a]({DECK})", body_format="markdown")
        with pytest.raises(NotAllowed):
            bringing.bring_pictures(post, [DECK], by=here.ambassador)


def test_nobody_is_told_of_what_is_closed(here: Cast) -> None:
    with here.scope():
        path = here.url(f"/forums/t/{factories.make_thread(here.forum, by=here.moderator).slug}/reply/")
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "questions"])
    forget_all()
    sent = {"body": f"![A deck]({DECK})", "body_format": "markdown"}
    assert (
        "Pictures from other sites"
        not in here.sign_in(here.member).post(path, sent, follow=True).content.decode()
    )


def test_a_change_that_waits_keeps_its_words(here: Cast, web: WebServer) -> None:  # noqa: F811
    web.pages["/deck%20one.jpg"] = Answer(body=picture().read())
    with here.scope():
        post = reply_to(
            factories.make_thread(here.forum, by=here.moderator), by=here.member, body="<p>Old.</p>"
        )
    Community.objects.filter(pk=here.community.pk).update(moderation_mode="pre")
    forget_all()
    writer, page = here.sign_in(here.member), here.url(f"/p/{post.public_id}/")
    change = {"body": f"Newer words ![A deck]({DECK})", "body_format": "markdown", "revision": "0"}
    assert writer.post(f"{page}edit/", change).status_code == 302
    assert f"{page}pictures/" in writer.get(f"{page}edit/").content.decode()
    said = writer.post(f"{page}pictures/", {"address": DECK}, follow=True).content.decode()
    assert "Your change awaits a moderator" in said
    assert "is in your text now" not in said
    with here.scope():
        edit = PendingEdit.objects.get(post=post, state="waiting")
        assert edit.body_source == f"Newer words ![A deck](/~/media/{Attachment.objects.get().pk}/full)"


def test_a_text_that_is_written_against_the_search_is_searched() -> None:
    """It would take years if a sign could be read in two ways."""
    assert remote_pictures("http://a.example ![" + "\\a" * 90, "markdown") == []
