"""Replies that a browser kept until there was a network: posted once, or among the drafts with why they were not."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from communities.content.models import Post, Thread, UnsentText
from communities.content.services.keeping_unsent import MOST_UNSENT
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.unasked import REFUSED
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return factories.make_thread(here.forum, by=here.moderator, title="Which rope?")


def send(client: Client, here: Cast, thread: Thread, **fields: str) -> Any:
    """As static/js/away.mjs does."""
    path = here.url(f"/forums/t/{thread.slug}/")
    sent = {
        "body": "Three fathoms",
        "body_format": "markdown",
        "submission": str(uuid4()),
        "form_action": f"{path}reply/",
        "written_on": path,
        **fields,
    }
    return client.post(f"{path}reply/", sent, headers={"X-Unasked": "1", "X-Queued": "1"})


def replies(here: Cast, thread: Thread) -> int:
    with here.scope():
        return int(Post.objects.filter(thread=thread, position__gt=1).count())


def test_it_is_posted_once_however_often_it_is_sent(here: Cast, thread: Thread) -> None:
    client, number = here.sign_in(here.member), str(uuid4())
    first = send(client, here, thread, submission=number)
    again = send(client, here, thread, submission=number)
    assert first.json() == again.json()
    assert first.json()["url"].endswith(f"/forums/t/{thread.slug}/#p-2")
    assert replies(here, thread) == 1
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(locked=True)
    assert send(client, here, thread, submission=number).json() == first.json()


def test_a_refusal_that_was_not_heard_makes_no_second_draft(here: Cast, thread: Thread) -> None:
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(locked=True)
    client, number = here.sign_in(here.member), str(uuid4())
    assert (
        send(client, here, thread, submission=number).json()
        == send(client, here, thread, submission=number).json()
    )
    with here.scope():
        assert UnsentText.objects.filter(membership=here.member).count() == 1


def test_in_a_part_that_was_closed_it_waits_no_longer(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert "no longer here" in send(client, here, thread).json()["words"]
    assert client.post(here.url(f"/forums/t/{thread.slug}/reply/"), {"body": "Words"}).status_code == 404


def test_a_draft_of_the_page_that_asks_for_the_space_goes_on_there(here: Cast) -> None:
    with here.scope():
        draft = UnsentText.objects.create(
            membership=here.member,
            about="start:",
            page="forums/new/",
            path="forums/new/",
            fields={"body": "Words"},
        )
    page = here.sign_in(here.member).get(here.url(f"/me/drafts/{draft.pk}/")).content.decode()
    assert "Go on writing" in page
    assert "can no longer be sent" not in page


def test_a_picture_that_has_not_come_keeps_its_text_from_being_posted_without_it(
    here: Cast, thread: Thread
) -> None:
    client = here.sign_in(here.member)
    waits = here.url("/waiting/0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee")
    text = {"body": f'<p>See:</p><p><img src="{waits}" alt=""></p>', "body_format": "html"}
    said = send(client, here, thread, **text).json()
    assert "A picture of this text is still in the browser" in said["words"]
    refused = send(client, here, thread, **text, picture_refused="No picture: <b>").json()
    assert "A picture could not be sent: No picture: <b>" in refused["words"]
    assert "No picture: &lt;b&gt;" in client.get(refused["url"]).content.decode()
    assert replies(here, thread) == 0
    with here.scope():
        assert {draft.fields["body"].count("<img") for draft in UnsentText.objects.all()} == {1}
    # Sent by a press, it comes back with its words.
    answer = client.post(here.url(f"/forums/t/{thread.slug}/reply/"), text | {"submission": str(uuid4())})
    assert answer.status_code == 422
    assert "is still in the browser" in answer.content.decode()


@pytest.mark.parametrize("became", ["locked", "deleted"])
def test_what_is_refused_is_a_draft_that_says_why(here: Cast, thread: Thread, became: str) -> None:
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(
            **({"locked": True} if became == "locked" else {"state": "deleted"})
        )
    client = here.sign_in(here.member)
    why = "The thread was locked" if became == "locked" else "no longer here"
    said = send(client, here, thread).json()
    assert why in said["words"]
    assert replies(here, thread) == 0
    page = client.get(said["url"]).content.decode()
    assert "Three fathoms" in page
    assert why in page
    assert "Go on writing" not in page
    assert why in client.get(here.url("/me/drafts/")).content.decode()


def test_the_words_of_a_locked_thread_begin_another_text(here: Cast, thread: Thread) -> None:
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(locked=True)
    client = here.sign_in(here.member)
    draft = client.get(send(client, here, thread).json()["url"]).content.decode()
    with here.scope():
        unsent = UnsentText.objects.get(membership=here.member)
    address = here.url(f"/forums/f/{here.forum.slug}/new/?unsent={unsent.pk}")
    assert address in draft
    form = client.get(address).content.decode()
    assert "Three fathoms" in form
    sent = {
        "kind": "topic",
        "title": "A rope",
        "body": "Three fathoms",
        "unsent": f"{unsent.pk}.{unsent.version}",
    }
    assert client.post(address.partition("?")[0], sent).status_code == 302
    with here.scope():
        assert not UnsentText.objects.filter(membership=here.member).exists()
    other = here.sign_in(here.manager).get(address).content.decode()
    assert "Three fathoms" not in other


def _refused(answer: HttpResponse) -> str:
    assert answer.status_code == 204
    return str(answer.headers[REFUSED])


def test_a_browser_keeps_on_what_could_be_kept_nowhere(here: Cast, thread: Thread) -> None:
    assert _refused(send(Client(), here, thread)) == "401"
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(locked=True)
        rows = [UnsentText(membership=here.member, page="", path="") for _one in range(MOST_UNSENT)]
        UnsentText.objects.bulk_create(rows)
    assert _refused(send(here.sign_in(here.member), here, thread)) == "422"


@pytest.mark.parametrize(
    ("status", "kept"), [("banned", "410"), ("left", "410"), ("erased", "410"), ("suspended", "401")]
)
def test_a_browser_forgets_what_somebody_wrote_who_is_no_member_any_more(
    here: Cast, thread: Thread, status: str, kept: str
) -> None:
    client = here.sign_in(here.member)
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(status=status)
    assert _refused(send(client, here, thread)) == kept
    assert replies(here, thread) == 0


def test_what_another_app_shares_opens_in_the_form(here: Cast) -> None:
    shared = "?title=A+sail&text=Look+at+this&url=https%3A%2F%2Fexample.org%2Fsail"
    manifest = Client().get(here.url("/manifest.webmanifest")).json()
    target = manifest["share_target"]
    assert target["method"] == "GET"
    way = Client().get(target["action"] + shared)
    assert way.status_code == 302
    # Nothing is lost by signing in first.
    assert "text%3DLook%2Bat%2Bthis" in way["Location"]
    client = here.sign_in(here.manager)
    page = client.get(target["action"] + shared).content.decode()
    begin = here.url(f"/forums/f/{here.forum.slug}/new/")
    query = "?title=A+sail&amp;body=Look+at+this%0A%0Ahttps%3A%2F%2Fexample.org%2Fsail"
    assert f'href="{begin}{query}"' in page
    for start in (begin, here.url(f"/blogs/{here.blog.slug}/new/")):
        form = client.get(start + query.replace("&amp;", "&")).content.decode()
        assert re.search(r'value="A sail"|>\s*A sail</textarea>', form)
        assert "https://example.org/sail</textarea>" in form
