"""Notes go, stay and are taken along as every text is, with what stands beside them."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from communities.content.models import Post, State, Thread
from communities.people.taking_away import write_archive
from members.personal import answers_of, fields_about_people
from moderation import services
from moderation.models import Case
from tests.communities.people.leaving import erase_wholly, leave_wholly
from tests.communities.people.test_taking_away import read
from tests.conftest import Cast
from tests.factories import make_reply
from tests.kinds.notes.models import Note
from tests.kinds.notes.services import annotate_note

WORDS = "Or was it the wind?"
NOTE = "/notes/a-passing-thought/"
GONE = pytest.mark.parametrize("delete", [False, True], ids=["texts stay", "texts go"])


@pytest.fixture
def annotated(here: Cast, note: Thread) -> Note:
    """With a reply by somebody else, which stays theirs."""
    with here.scope():
        make_reply(note, by=here.ambassador, body="<p>It did.</p>")
        return annotate_note(note.note, by=here.member, margin=WORDS)


def test_its_table_leads_to_nobody_but_the_author_of_its_thread() -> None:
    assert fields_about_people(Note) == []
    assert answers_of(Note) == ()


@GONE
def test_notes_stay_or_go_with_the_texts_of_who_leaves(here: Cast, annotated: Note, delete: bool) -> None:
    with here.scope():
        leave_wholly(here.member, delete=delete)
        thread = Thread.objects.get(pk=annotated.pk)
        assert thread.state == (State.DELETED if delete else State.PUBLISHED)
        assert Note.objects.filter(pk=annotated.pk).exists()
    for address in (NOTE, "/notes/", "/notes/feed.xml", "/search/?q=passing"):
        answer = Client().get(here.url(address))
        assert answer.status_code == (410 if delete and address == NOTE else 200)
        text = answer.content.decode().replace("<mark>", "").replace("</mark>", "")
        assert (WORDS in text) is (address == NOTE and not delete)
        assert ("passing thought" in text) is not delete, address
        assert here.member.display_name not in text


@GONE
def test_what_was_open_about_a_margin_ends_with_the_texts(here: Cast, annotated: Note, delete: bool) -> None:
    with here.scope():
        services.report_thing(annotated, by=here.ambassador, category="spam")
        leave_wholly(here.member, delete=delete)
        case = Case.objects.get()
        assert (case.subject, case.outcome) == ("margin", "withdrawn" if delete else "")


def test_erasure_leaves_no_word_beside_a_note(here: Cast, annotated: Note) -> None:
    with here.scope():
        erase_wholly(here.member, handles=[here.member.handle])
        note = Note.objects.select_related("thread").get(pk=annotated.pk)
        assert (note.mood, note.margin, note.thread.title) == ("", "", "…")
        assert [post.state for post in Post.objects.filter(thread=note.thread).order_by("position")] == [
            State.PURGED,
            State.PUBLISHED,
        ]


def test_who_takes_their_data_away_has_their_notes_and_nobody_else_has(here: Cast, annotated: Note) -> None:
    with here.scope():
        mine, theirs = io.BytesIO(), io.BytesIO()
        write_archive(here.member, here.community, mine)
        write_archive(here.ambassador, here.community, theirs)
    (thread,), (post,) = read(mine)["threads"], read(mine)["posts"]
    assert (thread["title"], thread["kind"]) == ("A passing thought", "note")
    assert "It passed." in post["body_html"]
    (note,) = read(mine)["notes"]
    assert (note["thread_id"], note["mood"], note["margin"]) == (thread["id"], "wistful", WORDS)
    assert read(theirs)["notes"] == []
    assert read(theirs)["threads"] == []
    assert "It did." in read(theirs)["posts"][0]["body_html"]
