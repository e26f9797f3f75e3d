"""What was tried against a running community, and must not work again."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from communities.content.exceptions import ContentError
from communities.content.models import Post, State, Thread
from communities.content.services import publish_thread, schedule_thread, unpublish_thread
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from members.models import Member
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered


@pytest.mark.parametrize(
    "path",
    [
        "/members/a%00b/",
        "/members/?q=a%00b",
        "/members/suggest/?q=an%00na",
        "/search/?q=rope%00&by=%00&space=%00",
        "/search/suggest/?q=hello%00world",
        "/%00/",
        "/tags/%00/",
        "/?p=%00",
    ],
)
def test_a_null_character_is_no_failure(here: Cast, path: str) -> None:
    for who in (None, here.member):
        assert here.sign_in(who).get(here.url(path)).status_code in (200, 302, 404)


@pytest.mark.parametrize("path", ["/", "/forums/", "/forums/f/{space}/", "/forums/t/{thread}/"])
def test_pages_name_their_stored_address_whatever_they_were_asked_by(
    here: Cast, path: str, settings: Any
) -> None:
    """An address from the request would stand in shared caches and search engines."""
    settings.PLATFORM_HOSTS = [*settings.PLATFORM_HOSTS, "alias.example"]
    with here.scope():
        thread = make_thread(here.forum, replies=1)
    forget_all()
    asked = here.url(path.format(space=here.forum.slug, thread=thread.slug))
    html = Client(headers={"host": "alias.example:1337"}).get(asked).content.decode()
    assert "1337" not in html
    assert f'<link rel="canonical" href="{settings.PLATFORM_URL}{asked}">' in html


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/manage/members/many/level/", {"person": ["9" * 5000, "²", "-1"], "level": "1"}),
        ("/manage/members/export/?person=%s" % ("9" * 40), {}),
        ("/manage/members/?link=%s" % ("9" * 40), None),
        ("/manage/spaces/order/", {"order": ["9" * 5000], "move": "9" * 5000 + ":up"}),
        ("/manage/menu/", {"what": "", "label": "", "url": "", "move": "9" * 5000 + ":up"}),
    ],
)
def test_a_number_that_no_row_has_is_no_failure(here: Cast, path: str, sent: Any) -> None:
    """Python reads numbers of some thousand figures only by leave, and a column holds eighteen."""
    client = here.sign_in(here.owner)
    answer = client.get(here.url(path)) if sent is None else client.post(here.url(path), sent)
    answer.close()
    assert answer.status_code in (200, 302), path


@pytest.mark.parametrize("path", ["/password/forgot/", "/sign-in/"])
def test_links_in_mails_do_not_follow_the_request(here: Cast, path: str, settings: Any) -> None:
    """A forged port led the key of a new password to whoever listens there."""
    cache.clear()
    settings.PLATFORM_HOSTS = [*settings.PLATFORM_HOSTS, "alias.example"]
    person = here.member.member
    assert person is not None
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    for address in (person.email, "nobody@example.org"):
        visitor = Client(headers={"host": "alias.example:1337"})
        visitor.post(here.url(path), {"email": address, "login": address, "by": "code"})
    assert len(delivered()) == 2
    for message in delivered():
        text = str(message.body) + str(message.alternatives[0][0])
        assert "1337" not in text
        for link in re.findall(r"https?://[^\s\"<]+", text):
            assert link.startswith(settings.PLATFORM_URL + here.prefix), link


@pytest.mark.parametrize("state", [State.HIDDEN, State.REMOVED, State.DELETED])
def test_what_moderation_took_away_is_not_published_again_by_its_author(here: Cast, state: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        Thread.objects.filter(pk=thread.pk).update(state=state)
        for act in (publish_thread, unpublish_thread):
            with pytest.raises(NotAllowed):
                act(thread, by=here.manager)
        later = timezone.now() + datetime.timedelta(days=1)
        with pytest.raises(ContentError):
            schedule_thread(thread, by=here.manager, at=later)
        assert Thread.objects.get(pk=thread.pk).state == state


def test_a_thread_with_a_held_reply_is_not_taken_back(here: Cast) -> None:
    """The held reply became a draft of its thread, and the thread could not be published any more."""
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        held = make_reply(thread, by=here.member)
        Post.objects.filter(pk=held.pk).update(state=State.PENDING, position=None)
        Thread.objects.filter(pk=thread.pk).update(reply_count=0, last_position=1)
        with pytest.raises(ContentError):
            unpublish_thread(thread, by=here.manager)
        assert Post.objects.get(pk=held.pk).state == State.PENDING


def test_scheduling_does_not_undo_a_publication(here: Cast) -> None:
    """The state was read before the lock: what another person published meanwhile vanished."""
    with here.scope():
        stale = make_thread(here.forum, by=here.manager, state=State.DRAFT)
        publish_thread(stale, by=here.manager)
        stale.state = State.DRAFT
        with pytest.raises(ContentError):
            schedule_thread(stale, by=here.manager, at=timezone.now() + datetime.timedelta(days=1))
        assert Thread.objects.get(pk=stale.pk).is_published


@pytest.mark.parametrize("name", ["\u200b", "\u2800\u3164", "\u00ad", "\u202e\u2066", " \u200d "])
def test_a_name_that_cannot_be_seen_is_refused(here: Cast, name: str) -> None:
    form = {"display_name": name, "handle": here.member.handle, "drawn": "p1"}
    assert here.sign_in(here.member).post(here.url("/me/profile/"), form).status_code == 422
    with here.scope():
        here.member.display_name = name
        here.member.save()
        assert Membership.objects.get(pk=here.member.pk).display_name == here.member.handle


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("\u202egnp.exe\u202c Jonas", "gnp.exe Jonas"),
        ("Jonas\r\nBcc: all@example.org", "Jonas Bcc: all@example.org"),
        ("E\u0301lodie\u200b", "Élodie"),
        ("👩\u200d🔧 می\u200cخواهم", "👩\u200d🔧 می\u200cخواهم"),
    ],
)
def test_names_titles_and_tags_turn_nothing_around(here: Cast, written: str, kept: str) -> None:
    with here.scope():
        here.member.display_name = written
        here.member.save()
        thread = make_thread(here.forum, by=here.member, title=written, tags=[f"a{written}"])
        assert here.member.display_name == kept
        assert thread.title == kept
        assert [tag.name for tag in thread.tags.all()] == [f"a{kept}"]


def test_a_visitor_cannot_fill_the_table_of_sessions(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum)
    visitor = Client()
    fields = {f"field{number}": "x" * 100_000 for number in range(30)} | {"body": "typed"}
    answer = visitor.post(here.url(f"/forums/t/{thread.slug}/reply/"), fields)
    assert answer.status_code == 302
    assert len(str(dict(visitor.session.items()))) < 120_000


def test_what_members_read_is_kept_by_nobody(here: Cast, stranger: Member) -> None:
    with here.scope():
        thread = make_thread(here.forum)
    signed_in = Client()
    signed_in.force_login(stranger)
    for path in ("/", "/forums/", f"/forums/t/{thread.slug}/", "/blogs/", "/search/?q=rope"):
        for client in (here.sign_in(here.member), signed_in):
            assert client.get(here.url(path)).headers["Cache-Control"] == "private, no-store", path
        assert "Cache-Control" not in here.sign_in(None).get(here.url(path)).headers
    assert "public" in signed_in.get(here.url("/feed.xml")).headers["Cache-Control"]


@pytest.mark.parametrize(
    "going", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/c/elsewhere/"]
)
def test_a_preview_sends_its_text_nowhere_else(here: Cast, going: str) -> None:
    answer = here.sign_in(here.member).post(
        here.url("/preview/"), {"body": "*Hello*", "body_format": "markdown", "form_action": going}
    )
    html = answer.content.decode()
    assert "<em>Hello</em>" in html
    assert going not in html


def test_a_forged_host_reaches_no_other_visitor(here: Cast, settings: Any) -> None:
    settings.VISITOR_PAGES = 16
    settings.PLATFORM_HOSTS = [*settings.PLATFORM_HOSTS, "alias.example"]
    forged = {"host": "alias.example:1337", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    url = here.url("/forums/")
    Client(headers=forged | {"accept-language": "en-x-evil", "referer": "https://evil.example/"}).get(url)
    theirs = Client().get(url)
    assert b"1337" not in theirs.content
    assert b"evil" not in theirs.content + str(theirs.headers).encode()


def test_signing_in_leaves_no_page_to_visitors(here: Cast, settings: Any) -> None:
    settings.VISITOR_PAGES = 16
    url = here.url("/forums/")
    member = here.sign_in(here.member)
    member.get(url)
    forged = Client()
    forged.cookies[settings.SESSION_COOKIE_NAME] = "made-up"
    for client in (Client(), forged):
        assert here.member.handle.encode() not in client.get(url).content
    assert here.member.display_name.encode() in member.get(url).content
