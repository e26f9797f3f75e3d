"""What somebody typed and did not send: kept in their account, given back, nobody else’s, gone once it arrived."""

from __future__ import annotations

import datetime
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import memory
from communities.content import services
from communities.content.exceptions import ContentError
from communities.content.models import Attachment, Thread, UnsentText
from communities.content.services import keeping_unsent
from communities.content.services.keeping_unsent import UNSENT_LIVES
from communities.content.tasks import sweep_unsent_texts, sweep_uploads
from communities.models import Membership
from tests import factories
from tests.communities.archive.conftest import exported, tables_of
from tests.communities.content.test_uploads import kept as uploaded
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast

WORDS = "Three fathoms & <a knife>"


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return factories.make_thread(here.forum, by=here.moderator, title="Which rope for a mooring?")


def form(thread: Thread, here: Cast, **fields: str) -> dict[str, str]:
    """The form of a reply, as the browser sends it."""
    path = here.url(f"/forums/t/{thread.slug}/")
    return {
        "body": WORDS,
        "body_format": "markdown",
        "submission": str(uuid4()),
        "unsent": "",
        "form_action": f"{path}reply/",
        "written_on": path,
        **fields,
    }


def keep(client: Client, here: Cast, sent: dict[str, str], about: str = "reply:1") -> dict[str, Any]:
    """As the editor’s script does."""
    answer = client.post(here.url(f"/me/drafts/keep/?about={about}"), sent, headers={"X-Editor": "1"})
    assert answer.status_code == 200, "a script that asks by itself gets no error"
    said: dict[str, Any] = answer.json()
    return said


def of(here: Cast, membership: Membership) -> list[UnsentText]:
    with here.scope():
        return list(UnsentText.objects.filter(membership=membership).order_by("pk"))


def test_what_is_typed_comes_back_in_its_form(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    said = keep(client, here, form(thread, here), f"reply:{thread.pk}")
    one = of(here, here.member)[0]
    assert said["number"] == f"{one.pk}.1"
    listed = client.get(here.url("/me/drafts/")).content.decode()
    assert "Which rope for a mooring?" in listed
    assert f"/me/drafts/{one.pk}/" in listed
    own = client.get(here.url(f"/me/drafts/{one.pk}/")).content.decode()
    assert "Three fathoms &amp; &lt;a knife&gt;" in own
    address = re.search(r'href="([^"]+unsent=\d+[^"]*)"', own)
    assert address is not None
    page = client.get(address[1].replace("&amp;", "&")).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Three fathoms &amp; &lt;a knife&gt;</textarea>", page)
    assert f'value="{one.pk}.1 {one.submission}.1"' in page


def test_two_tabs_never_overwrite_each_other(here: Cast, thread: Thread) -> None:
    """Both took up the same row: the first to keep it has it, the second gets one of its own."""
    client = here.sign_in(here.member)
    number = keep(client, here, form(thread, here))["number"]
    first = keep(client, here, form(thread, here, body="Of the first", unsent=number))["number"]
    second = keep(client, here, form(thread, here, body="Of the second", unsent=number))["number"]
    assert first.split(".")[0] == number.split(".")[0] != second.split(".")[0]
    keep(client, here, form(thread, here, body="Of the first, more", unsent=first))
    assert [one.fields["body"] for one in of(here, here.member)] == ["Of the first, more", "Of the second"]


def test_a_number_that_no_browser_heard(here: Cast, thread: Thread) -> None:
    """A page was gone before it was told the number: it names the row by its own sending, which no other page has."""
    client = here.sign_in(here.member)
    lost = form(thread, here)
    keep(client, here, lost)
    again = form(thread, here, body="More", unsent=lost["submission"])
    number = keep(client, here, again)["number"]
    assert [one.fields["body"] for one in of(here, here.member)] == ["More"]
    # Another page has kept it since, and the first does not know.
    keep(client, here, form(thread, here, body="Of the other", unsent=number))
    late = form(thread, here, body="Late", unsent=f"{number} {again['submission']}")
    keep(client, here, late)
    assert [one.fields["body"] for one in of(here, here.member)] == ["Of the other", "Late"]


def test_states_of_one_form_become_one(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    sent = form(thread, here)
    keep(client, here, sent)
    keep(client, here, {**sent, "body": "Newer"})
    assert len(of(here, here.member)) == 2
    number = keep(client, here, {**sent, "body": "Newest", "unsent": sent["submission"]})["number"]
    assert [one.fields["body"] for one in of(here, here.member)] == ["Newest"]
    path = here.url(f"/forums/t/{thread.slug}/reply/")
    names = f"{number} {' '.join(f'{uuid4()}.1' for _n in range(4))}"
    assert client.post(path, form(thread, here, unsent=names)).status_code == 302
    assert of(here, here.member) == []


def test_a_picture_of_a_form_without_script_stays_with_its_text(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    sent = {**form(thread, here), "picture": picture(), "picture_alt": "A deck"}
    assert client.post(here.url("/me/drafts/keep/"), sent).status_code == 302
    one = of(here, here.member)[0]
    assert len(one.pictures) == 1
    page = client.get(here.url(f"/me/drafts/{one.pk}/")).content.decode()
    assert f"/media/{one.pictures[0]}/" in page
    assert "picture_alt" not in one.fields


def test_a_change_is_called_what_it_is(here: Cast, thread: Thread) -> None:
    """As its form says, when it is opened first."""
    with here.scope():
        reply = factories.make_reply(thread, by=here.member)
    client = here.sign_in(here.member)
    path = here.url(f"/p/{reply.public_id}/edit/")
    page = client.get(path).content.decode()
    address = re.search(r'data-keep="([^"]+)"', page)
    assert address is not None
    sent = {"body": "Changed", "body_format": "markdown", "form_action": path, "written_on": path}
    client.post(address[1], sent, headers={"X-Editor": "1"})
    listed = client.get(here.url("/me/drafts/")).content.decode()
    assert "Change to a text" in listed
    assert "Which rope for a mooring?" in listed


def test_what_was_sent_is_no_draft_any_more(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    sent = form(thread, here)
    keep(client, here, sent)
    other = form(thread, here, body="Another tab")
    keep(client, here, other)
    # As kept once more than its page knows.
    assert client.post(here.url(f"/forums/t/{thread.slug}/reply/"), sent).status_code == 302
    assert [one.fields["body"] for one in of(here, here.member)] == ["Another tab"]
    late = keep(client, here, sent)
    assert late == {"number": ""}, "what was on its way while it was sent does not come back"
    assert len(of(here, here.member)) == 1


def test_a_taken_up_text_is_forgotten_under_its_new_number(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    number = keep(client, here, form(thread, here))["number"]
    sent = form(thread, here, unsent=number)
    assert client.post(here.url(f"/forums/t/{thread.slug}/reply/"), sent).status_code == 302
    assert of(here, here.member) == []


def test_a_refused_text_stays_kept(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    sent = form(thread, here, body="x" * 100_001)
    keep(client, here, sent)
    answer = client.post(here.url(f"/forums/t/{thread.slug}/reply/"), sent)
    assert answer.status_code == 422
    assert len(of(here, here.member)) == 1


def test_a_text_survives_its_thread(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    keep(client, here, form(thread, here), f"reply:{thread.pk}")
    with here.scope():
        services.withdraw_post(thread.opening(), to="removed", by=here.owner)
    one = of(here, here.member)[0]
    page = client.get(here.url(f"/me/drafts/{one.pk}/")).content.decode()
    assert "Three fathoms" in page
    assert "Which rope" not in page, "a title that may not be seen any more is not told"


def test_a_text_finds_its_thread_under_a_new_title(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    keep(client, here, form(thread, here), f"reply:{thread.pk}")
    one = of(here, here.member)[0]
    with here.scope():
        services.revise_thread(thread, by=here.moderator, title="Which line for a mooring?", tags=[])
        assert Thread.objects.get().slug not in one.page
    page = client.get(here.url(f"/{one.page}?unsent={one.pk}"), follow=True).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Three fathoms", page)


def test_no_export_of_the_community_takes_them_along(here: Cast, thread: Thread) -> None:
    """Nor the pictures that they show, which are their sender’s alone as long as no text has them."""
    with here.scope():
        mine = uploaded(here.member)
    body = f'<p>See <img src="{here.url(f"/media/{mine.pk}/full")}"></p>'
    keep(here.sign_in(here.member), here, form(thread, here, body=body, body_format="html"))
    tables = tables_of(exported(here.community, here.owner))
    assert "content.unsenttext" not in tables
    assert tables.get("content.attachment", []) == []


def test_an_ended_session_says_so_without_an_error(here: Cast, thread: Thread) -> None:
    assert "signed out" in keep(Client(), here, form(thread, here))["error"]


def test_without_script_a_button_keeps_it(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    page = client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert 'formaction="' + here.url("/me/drafts/keep/?about=reply") in page
    sent = {name: value for name, value in form(thread, here).items() if name != "written_on"}
    referer = f"http://testserver{here.url(f'/forums/t/{thread.slug}/?page=1')}"
    answer = client.post(here.url("/me/drafts/keep/?about=reply:1"), sent, headers={"Referer": referer})
    one = of(here, here.member)[0]
    assert answer.headers["Location"] == here.url(f"/me/drafts/{one.pk}/")
    assert one.page == f"forums/t/{thread.slug}/?page=1"


def test_without_script_an_ended_session_keeps_it_until_one_is_back(here: Cast, thread: Thread) -> None:
    client = Client()
    sent = form(thread, here)
    assert "sign-in" in client.post(here.url("/me/drafts/keep/"), sent).headers["Location"]
    client.force_login(here.member.member)
    page = client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Three fathoms", page)


def test_what_cannot_be_kept_is_shown_to_be_copied(
    here: Cast, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_unsent, "MOST_UNSENT", 1)
    client = here.sign_in(here.member)
    keep(client, here, form(thread, here))
    assert "Discard one" in keep(client, here, form(thread, here))["error"]
    answer = client.post(here.url("/me/drafts/keep/"), form(thread, here, body="Keep me"))
    assert answer.status_code == 422
    assert "Keep me" in answer.content.decode()
    assert len(of(here, here.member)) == 1


@pytest.mark.parametrize("number", ["", "1", "1.", ".1", "x.y", "9" * 30 + ".1", "1.²", "-1.1"])
def test_a_made_up_number_makes_a_row_of_its_own(here: Cast, thread: Thread, number: str) -> None:
    client = here.sign_in(here.member)
    keep(client, here, form(thread, here, unsent=number))
    assert len(of(here, here.member)) == 1


def test_signs_that_no_row_can_hold_are_left_out(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    sent = form(thread, here, body="a\0b", **{"x\0": "y", "title": "\0"})
    assert keep(client, here, sent, "reply:%00")["number"]
    assert of(here, here.member)[0].fields["body"] == "ab"


def test_a_form_without_words_takes_its_row_along(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    assert keep(client, here, form(thread, here, body="  "))["number"] == ""
    number = keep(client, here, form(thread, here))["number"]
    assert keep(client, here, form(thread, here, body="", unsent=number)) == {"number": ""}
    assert of(here, here.member) == []


def test_nobody_else_reads_takes_up_or_throws_away(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    number = keep(here.sign_in(here.member), here, form(thread, here))["number"]
    pk = number.split(".")[0]
    for client in (here.sign_in(here.owner), elsewhere.sign_in(elsewhere.member)):
        assert client.get(here.url(f"/me/drafts/{pk}/")).status_code != 200
        assert client.post(here.url(f"/me/drafts/{pk}/discard/")).status_code in (302, 404)
    owner = here.sign_in(here.owner)
    page = owner.get(here.url(f"/forums/t/{thread.slug}/?unsent={pk}")).content.decode()
    assert "Three fathoms" not in page
    keep(owner, here, form(thread, here, body="Mine", unsent=number))
    assert [one.fields["body"] for one in of(here, here.member)] == [WORDS]
    # On another form of one’s own, too, it is not filled in.
    own = here.sign_in(here.member)
    with here.scope():
        other = factories.make_thread(here.forum, by=here.moderator)
    page = own.get(here.url(f"/forums/t/{other.slug}/?unsent={pk}")).content.decode()
    assert "Three fathoms" not in page


def test_its_writer_throws_it_away(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    pk = keep(client, here, form(thread, here))["number"].split(".")[0]
    sent = str(of(here, here.member)[0].submission)
    answer = client.post(here.url(f"/me/drafts/{pk}/discard/"))
    assert answer.headers["Location"] == here.url("/me/drafts/")
    assert answer.cookies["sent"].value == sent, "the browser throws away what it keeps of it"
    assert of(here, here.member) == []


def test_a_started_thread_is_taken_up_with_its_title(here: Cast) -> None:
    client = here.sign_in(here.member)
    path = here.url(f"/forums/f/{here.forum.slug}/new/")
    address = client.get(path).context["request"].path
    sent = {"title": "About ropes", "body": "Which?", "body_format": "markdown", "tags": "rope, mooring"}
    keep(client, here, {**sent, "form_action": address, "written_on": address}, "start:x")
    one = of(here, here.member)[0]
    page = client.get(f"{address}?unsent={one.pk}").content.decode()
    assert 'value="About ropes"' in page
    assert 'value="rope, mooring"' in page


def test_pictures_wait_with_the_text_that_shows_them(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    with here.scope():
        mine, lost = uploaded(here.member), uploaded(here.member)
        Attachment.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    body = f'<p>See <img src="{here.url(f"/media/{mine.pk}/full")}"></p>'
    number = keep(client, here, form(thread, here, body=body, body_format="html"))["number"]
    assert sweep_uploads() == 1
    with here.scope():
        assert Attachment.objects.get().pk == mine.pk
    page = client.get(here.url(f"/me/drafts/{number.split('.')[0]}/")).content.decode()
    assert f"/media/{mine.pk}/" in page
    assert str(lost.pk) not in page
    client.post(here.url(f"/me/drafts/{number.split('.')[0]}/discard/"))
    assert sweep_uploads() == 1


def test_old_ones_go(here: Cast, elsewhere: Cast) -> None:
    for cast in (here, elsewhere):
        with cast.scope():
            for age in (
                UNSENT_LIVES + datetime.timedelta(hours=1),
                UNSENT_LIVES - datetime.timedelta(hours=1),
            ):
                UnsentText.objects.create(
                    membership=cast.member, fields={"body": "x"}, kept_at=timezone.now() - age
                )
    assert sweep_unsent_texts() == 2
    assert len(of(here, here.member)) == 1


def test_the_list_costs_the_same_for_one_and_for_many(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    client = here.sign_in(here.member)

    def more(count: int) -> None:
        with here.scope():
            for _n in range(count):
                one = factories.make_thread(here.forum, by=here.moderator)
                UnsentText.objects.create(
                    membership=here.member, about=f"reply:{one.pk}", fields={"body": "Words"}
                )

    more(1)
    client.get(here.url("/me/drafts/"))
    with CaptureQueriesContext(connection) as few:
        client.get(here.url("/me/drafts/"))
    more(6)
    with CaptureQueriesContext(connection) as many:
        client.get(here.url("/me/drafts/"))
    assert len(many) == len(few)


def test_a_text_too_long_for_any_form_is_refused(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.member)
    assert "error" in keep(client, here, form(thread, here, body="x" * 120_000))
    with here.scope(), pytest.raises(ContentError):
        keeping_unsent.keep_unsent(keeping_unsent.Typed("", "", "", {"body": "x" * 120_000}), by=here.member)
