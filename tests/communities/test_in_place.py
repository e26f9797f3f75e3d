"""What a press in place gets: the block, the words of a refusal, the way back in, or where to go on."""

from __future__ import annotations

import json

from django.test import Client

from communities.in_place import within
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/somewhere/?page=2"}


def test_a_redirect_is_told_and_not_followed(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    client, path = here.sign_in(here.moderator), here.url(f"/forums/t/{thread.slug}/pin/")
    answer = client.post(path, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, here.url(f"/forums/t/{thread.slug}/"))
    # What it said stands on the page that is asked for next, with the way back.
    page = client.get(answer.headers["HX-Redirect"], headers=HTMX).text
    assert "Thread pinned." in page
    assert here.url(f"/forums/t/{thread.slug}/unpin/") in page.partition('class="toasts"')[2]
    assert page.startswith("<title>")
    assert "<html" not in page
    assert '<main id="main"' in page


def test_undo_needs_no_script(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply = make_reply(thread, by=here.member)
    client = here.sign_in(here.member)
    page = client.post(here.url(f"/p/{reply.public_id}/delete/"), follow=True).text
    undo = here.url(f"/p/{reply.public_id}/restore/")
    assert undo in page.partition('class="toasts"')[2]
    client.post(undo)
    with here.scope():
        reply.refresh_from_db()
        assert reply.is_published


def test_a_block_says_at_once_what_was_done(here: Cast) -> None:
    client, path = here.sign_in(here.member), here.url(f"/blogs/{here.blog.slug}/follow/")
    answer = client.post(path, headers=HTMX)
    assert answer.headers["HX-Retarget"] == "closest form"
    assert 'aria-pressed="true"' in answer.text
    assert here.blog.name in json.loads(answer.headers["HX-Trigger"])["toast"]
    # And no second time on the next page.
    assert 'class="toast"' not in client.get(here.url("/blogs/")).text


def test_whoever_is_signed_out_reads_how_to_come_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    path = here.url(f"/forums/t/{thread.slug}/follow/")
    answer = Client().post(path, headers=HTMX)
    assert answer.status_code == 401
    assert "You are signed out." in answer.text
    assert "next=/somewhere/%3Fpage%3D2" in answer.text.replace("%2F", "/")
    plain = Client().post(path)
    assert plain.status_code == 302


def test_whoever_may_not_reads_why_and_no_page(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    path = here.url(f"/forums/t/{thread.slug}/pin/")
    answer = here.sign_in(here.member).post(path, headers=HTMX)
    assert answer.status_code == 403
    assert answer.text.startswith("<p>You can read this page")
    gone = here.sign_in(here.moderator).post(here.url("/forums/t/nowhere/pin/"), headers=HTMX)
    assert (gone.status_code, gone.text.count("<p>")) == (404, 1)


def test_an_old_token_is_refused_with_a_new_one(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    path = here.url(f"/forums/t/{thread.slug}/follow/")
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(here.sign_in(here.member).cookies)
    refused = client.post(path, {"csrfmiddlewaretoken": "x" * 64}, headers=HTMX)
    assert refused.status_code == 403
    assert "send it again" in refused.text
    token = refused.headers["Fresh-Token"]
    assert client.post(path, {"csrfmiddlewaretoken": token}, headers=HTMX).status_code == 200
    # Pages of their own say nothing of tokens.
    assert "Fresh-Token" not in client.post(path, {"csrfmiddlewaretoken": "x" * 64}).headers


def test_what_is_no_page_stays_as_it_is() -> None:
    assert within(b"<p>A block.</p>") == b"<p>A block.</p>"
    head, main = b"<head><title>T</title></head>", b'<main id="main">M</main>'
    page = b"<!DOCTYPE html><html>" + head + b"<body>" + main + b"<footer>F</footer></body></html>"
    assert within(page) == b'<title>T</title><main id="main">M</main>'
