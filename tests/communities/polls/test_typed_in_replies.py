"""What was typed for a poll under a reply is sent, kept or shown to be copied; never dropped without a word."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from communities.content.models import Attachment, Post, Thread, UnsentText
from communities.content.services import lock_thread
from communities.content.unsent import TAKEN_UP
from communities.memory import forget_all
from communities.polls.models import Poll
from tests.communities.content.test_queued import send
from tests.communities.content.test_unsent import keep
from tests.communities.content.test_uploads import picture
from tests.communities.polls.test_in_replies import ASKED, QUESTION, REPLY, page_of, replied
from tests.communities.polls.test_pages import IN_PLACE
from tests.conftest import Cast
from tests.factories import make_thread

TYPED = REPLY | ASKED
NOT_HERE = "A poll can no longer be put under a reply here."


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.manager, title="What do you splice with?")


def reply_at(here: Cast, thread: Thread) -> str:
    return here.url(f"/forums/t/{thread.slug}/reply/")


def close_polls(here: Cast) -> None:
    with here.scope():
        here.community.open_features = ["forums", "blogs"]
        here.community.save(update_fields=["open_features"])
    forget_all()


def copied(page: str) -> list[str]:
    """What the page shows to be copied."""
    return re.findall(r"<textarea[^>]* readonly>([^<]*)</textarea>", page)


def test_the_address_of_a_reply_leads_to_its_form(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    """The button of the fields leaves it in the browser, and what is typed there is kept as of it."""
    client, at = here.sign_in(here.member), reply_at(here, thread)
    sent = TYPED | {"form_action": at, "written_on": at, "unsent": ""}
    number = keep(client, here, sent, f"reply:{thread.pk}")["number"].partition(".")[0]
    draft = client.get(here.url(f"/me/drafts/{number}/")).content.decode()
    assert f'href="{at}?{TAKEN_UP}={number}"' in draft
    led = client.get(f"{at}?{TAKEN_UP}={number}")
    assert led.status_code == 302
    assert led["Location"] == f"{at.removesuffix('reply/')}?{TAKEN_UP}={number}#reply"
    page = client.get(led["Location"]).content.decode()
    assert "Let us ask everybody." in page
    assert "Hempen rope" in page
    assert Client().head(at)["Location"] == f"{at.removesuffix('reply/')}#reply"
    assert elsewhere.sign_in(elsewhere.owner).get(reply_at(elsewhere, thread)).status_code == 404


def test_drafts_show_the_poll(here: Cast, thread: Thread) -> None:
    client, at = here.sign_in(here.member), reply_at(here, thread)
    sent = TYPED | {"form_action": at, "written_on": at, "unsent": ""}
    number = keep(client, here, sent, f"reply:{thread.pk}")["number"].partition(".")[0]
    with here.scope():
        lock_thread(thread, by=here.moderator)
    draft = client.get(here.url(f"/me/drafts/{number}/")).content.decode()
    assert QUESTION in draft
    assert "Hempen rope<br>Manila" in draft


@pytest.mark.parametrize("press", [{}, {"with": "poll"}])
@pytest.mark.parametrize("headers", [{}, IN_PLACE])
def test_a_thread_that_was_just_locked_gives_all_back(
    here: Cast, thread: Thread, press: dict[str, str], headers: dict[str, str]
) -> None:
    with here.scope():
        lock_thread(thread, by=here.moderator)
    sent = here.sign_in(here.member).post(reply_at(here, thread), TYPED | press, headers=headers)
    assert sent.status_code == 403
    page = sent.content.decode()
    assert "This thread was locked while you were writing." in page
    assert "Let us ask everybody." in copied(page)[0]
    assert copied(page)[1:] == [QUESTION, ASKED["poll_options"]]


@pytest.mark.parametrize("space", ["blog", "forum"])
def test_polls_that_were_closed_meanwhile_are_said(here: Cast, space: str) -> None:
    with here.scope():
        thread = make_thread(getattr(here, space), by=here.manager)
    at = here.url(f"/blogs/journal/{thread.slug}/reply/") if space == "blog" else reply_at(here, thread)
    close_polls(here)
    client = here.sign_in(here.member)
    sent = client.post(at, TYPED)
    page = sent.content.decode()
    assert sent.status_code == 422
    assert NOT_HERE in page
    assert "Let us ask everybody." in page
    assert copied(page) == [QUESTION, ASKED["poll_options"]]
    assert 'name="poll_' not in page
    with here.scope():
        assert thread.posts.count() == 1


def test_fields_of_a_closed_poll_with_nothing_in_them_stop_no_reply(here: Cast, thread: Thread) -> None:
    close_polls(here)
    nothing = {"poll_question": " ", "poll_options": ""}
    assert here.sign_in(here.member).post(reply_at(here, thread), TYPED | nothing).status_code == 302


def test_one_that_waited_for_a_network_becomes_a_draft(here: Cast, thread: Thread) -> None:
    close_polls(here)
    client = here.sign_in(here.member)
    said = send(client, here, thread, **TYPED).json()
    assert NOT_HERE in said["words"]
    with here.scope():
        assert Post.objects.filter(thread=thread).count() == 1
        number = UnsentText.objects.get().pk
    assert QUESTION in client.get(said["url"]).content.decode()
    page = client.get(f"{here.url(f'/forums/t/{thread.slug}/')}?{TAKEN_UP}={number}").content.decode()
    assert copied(page) == [QUESTION, ASKED["poll_options"]]


def test_the_button_that_sends_comes_first_and_the_other_keeps_the_picture(
    here: Cast, thread: Thread
) -> None:
    client, at = here.sign_in(here.member), reply_at(here, thread)
    page = page_of(client, here, thread)
    assert page.index("Post reply") < page.index('name="with"')
    press = REPLY | {"with": "poll", "picture_alt": "A deck"}
    asked = client.post(at, press | {"picture": picture()}).content.decode()
    with here.scope():
        stored = Attachment.objects.get()
        assert stored.alt == "A deck"
    assert here.url(f"/media/{stored.pk}/") in asked
    assert 'name="poll_options"' in asked
    spoilt = client.post(at, press | {"picture": SimpleUploadedFile("a.jpg", b"no picture")})
    assert spoilt.status_code == 422
    assert "Let us ask everybody." in spoilt.content.decode()


def test_signing_in_leads_back_to_the_poll(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        Post.objects.filter(pk=poll.post_id).update(position=25)
        Thread.objects.filter(pk=poll.thread_id).update(last_position=25)
    forget_all()
    page = Client().get(here.url(f"/forums/t/{poll.thread.slug}/?page=2")).content.decode()
    block = page.partition(f'id="poll-{poll.pk}"')[2].partition("</section>")[0]
    at = here.url(f"/forums/t/{poll.thread.slug}/")
    assert f"?next={at}%3Fpage%3D2%23poll-{poll.pk}" in block
    with here.scope():
        assert Poll.objects.count() == 1


def test_the_fields_alone_are_a_draft(here: Cast, thread: Thread) -> None:
    """Without a text yet: kept as it is typed and by a press, listed, and given back; nothing is nothing."""
    client, at = here.sign_in(here.member), reply_at(here, thread)
    path = at.removesuffix("reply/")
    alone = {"body": "", "body_format": "html", **ASKED, "form_action": at, "written_on": path, "unsent": ""}
    number = keep(client, here, alone, f"reply:{thread.pk}")["number"].partition(".")[0]
    assert number
    listed = client.get(here.url("/me/drafts/")).content.decode()
    assert f"{QUESTION} · Hempen rope" in listed
    page = client.get(f"{path}?{TAKEN_UP}={number}").content.decode()
    assert f'value="{QUESTION}"' in page
    assert "Hempen rope" in page
    blank = alone | {"poll_question": " ", "poll_options": "", "unsent": ""}
    assert keep(client, here, blank, f"reply:{thread.pk}")["number"] == ""
    pressed = client.post(here.url(f"/me/drafts/keep/?about=reply:{thread.pk}"), alone)
    assert pressed.status_code == 302
    with here.scope():
        assert UnsentText.objects.count() == 2
        assert {row.fields["poll_question"] for row in UnsentText.objects.all()} == {QUESTION}


def test_an_ended_session_gives_the_fields_back(here: Cast, thread: Thread) -> None:
    """Sent without scripts after the session had ended: they stand in the form once somebody has signed in."""
    client, at = Client(), reply_at(here, thread)
    path = at.removesuffix("reply/")
    sent = {"body": "", "body_format": "html", **ASKED, "form_action": at, "written_on": path}
    kept = client.post(here.url(f"/me/drafts/keep/?about=reply:{thread.pk}"), sent)
    assert kept.status_code == 302
    client.force_login(here.member.member)
    page = client.get(path).content.decode()
    assert f'value="{QUESTION}"' in page
    assert "Hempen rope" in page
