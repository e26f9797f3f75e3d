"""What people write in a kind is judged: its texts as all texts, and its margins by a subject of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.content.models import Space, Thread
from communities.content.services import delete_post
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from moderation import services
from moderation.exceptions import CannotReport, TextRefused
from moderation.models import AuditEvent, Case, Decision, Report
from moderation.services import add_watch_word
from moderation.services.statements import seen_revision
from moderation.subjects.base import thing_of
from tests.conftest import Cast
from tests.factories import make_membership
from tests.kinds.notes.cast import close_notes, make_note, page
from tests.kinds.notes.models import Margin, Note
from tests.kinds.notes.services import annotate_note

WORDS = "Or was it the wind?"
NOTE, DOOR = "/notes/a-passing-thought/", "/report/margin/a-passing-thought/"


@pytest.fixture
def annotated(here: Cast, note: Thread) -> Note:
    with here.scope():
        return annotate_note(note.note, by=here.member, margin=WORDS)


def decide(case: Case, *, by: Membership, act: str, **given: Any) -> Decision:
    """As from a page that was opened now."""
    case = Case.objects.get(pk=case.pk)
    seen = {"version": case.version, "revision": seen_revision(case)}
    if act in ("remove", "refuse", "strike"):
        given.setdefault("ground", "courtesy")
    if act == "restore":
        given.setdefault("reason", "We looked again.")
    return services.decide_case(case, by=by, act=act, **(seen | given))


def watch(here: Cast, action: str) -> None:
    add_watch_word(by=here.manager, word="scurvy", action=action)
    forget_all()


def visitor_reads(here: Cast) -> str:
    return page(Client(), here.url(NOTE))


# Its texts


def test_a_held_note_waits_in_the_queue_and_is_let_out(here: Cast, notebook: Space) -> None:
    with here.scope():
        watch(here, "hold")
        held = make_note(notebook, by=here.member, mood="scurvy")
        assert held.state == "pending"
        case = Case.objects.get()
    moderator = here.sign_in(here.moderator)
    queue = page(moderator, here.url("/moderation/"))
    for words in ("A passing thought", "It passed.", "Scraps", "watched word “scurvy”"):
        assert words in queue
    assert page(moderator, here.url(f"/moderation/c/{case.ref}/")).count("Mood") == 1
    page(Client(), here.url(NOTE), 404)
    with here.scope():
        decide(case, by=here.moderator, act="approve")
    assert "scurvy" in visitor_reads(here)


def test_the_statement_about_a_note_names_it_and_leads_back_to_it(here: Cast, note: Thread) -> None:
    with here.scope():
        services.report_post(note.opening(), by=here.ambassador, category="spam")
        decision = decide(Case.objects.get(), by=here.moderator, act="remove", reason="Too short.")
    assert "passing thought" not in page(Client(), here.url("/notes/"))
    me = here.sign_in(here.member)
    statement = page(me, here.url(f"/me/decisions/{decision.ref}/"))
    for words in ("A passing thought", "It passed.", "Too short."):
        assert words in statement
    with here.scope():
        decide(Case.objects.get(), by=here.manager, act="restore")
    assert "It passed." in visitor_reads(here)


# Its margins


def test_its_author_writes_into_the_margin_on_its_page(here: Cast, note: Thread) -> None:
    sent = here.sign_in(here.member).post(here.url(f"{NOTE}margin/"), {"margin": f"  {WORDS} "})
    assert (sent.status_code, sent["Location"]) == (302, here.url(NOTE))
    assert WORDS in visitor_reads(here)
    assert here.url(DOOR) in visitor_reads(here)
    for other in (here.ambassador, here.moderator):
        assert here.sign_in(other).post(here.url(f"{NOTE}margin/"), {"margin": "Mine!"}).status_code == 403
    assert "Mine!" not in visitor_reads(here)


def test_it_is_reported_decided_stated_told_and_undone(here: Cast, annotated: Note) -> None:
    assert WORDS in page(here.sign_in(here.ambassador), here.url(DOOR))
    sent = here.sign_in(here.ambassador).post(here.url(DOOR), {"category": "spam"})
    assert sent.status_code == 302
    moderator = here.sign_in(here.moderator)
    queue = page(moderator, here.url("/moderation/"))
    for words in ("A passing thought", WORDS, "Scraps", "advertising or spam"):
        assert words in queue
    with here.scope():
        case = Case.objects.get()
        assert (case.subject, case.author, thing_of(case)) == ("margin", here.member, annotated)
        assert (case.space_id, case.thing_id) == (annotated.thread.space_id, annotated.pk)
    shown = page(moderator, here.url(f"/moderation/c/{case.ref}/"))
    for words in ("Margin of a note", WORDS, "Strike the margin", "The note stays.", here.url(NOTE)):
        assert words in shown
    with here.scope():
        decision = decide(case, by=here.moderator, act="strike", reason="It was not.")
        assert (decision.text, decision.title) == (WORDS, "A passing thought")
        lines = AuditEvent.objects.filter(case=case).order_by("id").values_list("act", flat=True)
        assert list(lines) == ["open_case", "report_margin", "decide_case"]
        with pytest.raises(NotAllowed):
            annotate_note(annotated, by=here.member, margin="It was the wind.")
    assert WORDS not in visitor_reads(here)
    assert "It passed." in visitor_reads(here)
    assert "The margin was struck." in page(here.sign_in(here.ambassador), sent["Location"])
    statement = page(here.sign_in(here.member), here.url(f"/me/decisions/{decision.ref}/"))
    for words in ("The margin of your note was struck", "Your note stays;", "It was not.", WORDS):
        assert words in statement
    bell = page(here.sign_in(here.member), here.url("/notifications/"))
    assert f"Decision about the margin of your note, ref. {decision.ref}" in bell
    assert here.url(f"/me/decisions/{decision.ref}/") in bell
    with here.scope():
        decide(case, by=here.manager, act="restore")
        assert Case.objects.get().outcome == "restored"
    assert WORDS in visitor_reads(here)


@pytest.mark.parametrize("act", ["approve", "strike"])
def test_what_is_held_is_read_by_nobody_until_a_person_lets_it_go(here: Cast, note: Thread, act: str) -> None:
    with here.scope():
        watch(here, "hold")
        held = annotate_note(note.note, by=here.member, margin="Scurvy weather.")
        assert held.margin_state == Margin.WAITING
        case = Case.objects.get()
        assert (case.kind, case.reasons) == ("held", ["word:scurvy"])
        with pytest.raises(CannotReport):
            services.report_thing(held, by=here.ambassador, category="spam")
    assert "Scurvy" not in visitor_reads(here)
    assert "watched word “scurvy”" in page(here.sign_in(here.moderator), here.url("/moderation/"))
    with here.scope():
        decide(case, by=here.moderator, act=act)
    assert ("Scurvy" in visitor_reads(here)) is (act == "approve")


def test_other_words_take_the_place_of_those_that_wait_and_not_of_those_reported(
    here: Cast, annotated: Note
) -> None:
    with here.scope():
        services.report_thing(annotated, by=here.ambassador, category="spam")
        Community.objects.filter(pk=here.community.pk).update(moderation_mode="pre")
        annotate_note(annotated, by=here.member, margin="Perhaps.")
        annotate_note(annotated, by=here.member, margin="Perhaps not.")
        first, second = Case.objects.filter(kind="held").order_by("pk")
        assert (first.outcome, second.outcome, second.reasons) == ("withdrawn", "", ["pre"])
        annotate_note(annotated, by=here.member, margin="")
        assert [case.kind for case in Case.objects.open()] == ["report"]


def test_a_word_that_refuses_texts_refuses_it(here: Cast, annotated: Note) -> None:
    with here.scope():
        watch(here, "block")
        with pytest.raises(TextRefused):
            annotate_note(annotated, by=here.member, margin="Scurvy weather.")
    refused = here.sign_in(here.member).post(here.url(f"{NOTE}margin/"), {"margin": "Scurvy weather."})
    assert refused.status_code == 422
    assert "not published here" in refused.content.decode()
    assert WORDS in visitor_reads(here)


def test_with_the_note_that_its_author_takes_back_goes_its_case(here: Cast, annotated: Note) -> None:
    with here.scope():
        services.report_thing(annotated, by=here.ambassador, category="spam")
        delete_post(annotated.thread.opening(), by=here.member)
        assert Case.objects.get().outcome == "withdrawn"


def test_the_team_looks_at_it_unasked_and_lesser_roles_decide_nothing(here: Cast, annotated: Note) -> None:
    about = here.url("/moderation/about/margin/a-passing-thought/")
    assert here.sign_in(here.ambassador).post(about).status_code == 403
    opened = here.sign_in(here.moderator).post(about)
    with here.scope():
        case = Case.objects.get()
        assert (case.kind, opened["Location"]) == ("look", here.url(f"/moderation/c/{case.ref}/"))
        for person in (here.member, here.ambassador, make_membership()):
            with pytest.raises(NotAllowed):
                decide(case, by=person, act="strike")
        assert not Decision.objects.exists()


def test_elsewhere_and_closed_there_is_nothing_to_report(
    here: Cast, elsewhere: Cast, annotated: Note
) -> None:
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(DOOR)).status_code == 404
    assert Client().get(here.url(DOOR)).status_code == 200
    close_notes(here)
    assert Client().get(here.url(DOOR)).status_code == 404
    assert here.sign_in(here.ambassador).post(here.url(DOOR), {"category": "spam"}).status_code == 404
    with here.scope():
        assert not Report.objects.exists()
