"""Decisions: what they do to the text, what their author reads, and what cannot be done."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from communities.content import services as content
from communities.exceptions import NotAllowed
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from moderation.exceptions import CaseMoved, GroundMissing
from moderation.models import AuditEvent, Case, Decision
from moderation.permissions import UNDO_WITHIN
from moderation.subjects.registry import subject_about
from tests.conftest import Cast
from tests.factories import make_reply, make_rules, make_thread
from tests.mailing import delivered
from tests.moderation.acts import case_of, decide, edit, fresh, held_reply, reported, thread_path


@pytest.mark.parametrize(
    ("act", "state"), [("approve", "published"), ("hide", "hidden"), ("remove", "removed")]
)
def test_a_reported_text(here: Cast, act: str, state: str) -> None:
    with here.scope():
        case = reported(here)
        decision = decide(case, by=here.moderator, act=act, reason="Words for the author.")
        case.refresh_from_db()
        assert fresh(case.post).state == state
        assert (case.state, case.version) == ("resolved", 2)
        assert (decision.act, decision.actor) == (act, here.moderator)
        assert AuditEvent.objects.filter(act="decide_case", case=case, after=act).count() == 1


@pytest.mark.parametrize(("act", "state"), [("approve", "published"), ("refuse", "removed")])
def test_a_held_text(here: Cast, act: str, state: str) -> None:
    with here.scope():
        post = held_reply(here)
        decision = decide(case_of(post), by=here.moderator, act=act)
        assert fresh(post).state == state
        # It was not there before: nobody “left it up”.
        assert decision.act_words == {"approve": "Published", "refuse": "Not published"}[act]
        assert case_of(post).outcome_words == {"approve": "Published", "refuse": "Not published"}[act]
        kind = "post_approved" if act == "approve" else "post_refused"
        assert Notification.objects.filter(membership=post.author, kind=kind).count() == 1


@pytest.mark.parametrize("act", ["hide", "remove"])
def test_without_a_ground_nothing_leaves(here: Cast, act: str) -> None:
    with here.scope():
        case = reported(here)
        for ground in ("", "99", "nonsense"):
            with pytest.raises(GroundMissing):
                decide(case, by=here.moderator, act=act, ground=ground)
        assert fresh(case.post).is_published
        assert not Decision.objects.exists()


@pytest.mark.parametrize(("act", "state"), [("hide", "hidden"), ("remove", "removed")])
def test_what_a_rule_hid_gets_the_ground_that_a_person_names(here: Cast, act: str, state: str) -> None:
    with here.scope():
        case = reported(here)
        assert content.withdraw_post(case.post, to="hidden", by=None)
        decide(case, by=here.moderator, act=act, ground="courtesy")
        post = fresh(case.post)
        assert (post.state, post.ground) == (state, "courtesy")


def test_what_nothing_judges_is_said(here: Cast) -> None:
    with here.scope(), pytest.raises(LookupError, match="nothing judges Space"):
        subject_about(here.forum)


def test_the_author_reads_the_ground(here: Cast) -> None:
    with here.scope():
        make_rules("Say where you know it from.")
        case = reported(here)
        decision = decide(case, by=here.moderator, act="remove", ground="1", reason="No source was given.")
        Notification.objects.update(mail_due_at=timezone.now())
        write_waiting(here.community)
    mails = [message for message in delivered() if message.to == [here.member.member.email]]
    assert decision.ref in mails[0].subject
    author = here.sign_in(here.member)
    page = author.get(here.url(f"/me/decisions/{decision.ref}/")).content.decode()
    assert "Say where you know it from." in page
    assert "No source was given." in page
    assert here.moderator.display_name not in page, "the team signs as the team"
    assert decision.ref in author.get(here.url("/me/decisions/")).content.decode()
    for other in (here.ambassador, here.owner):
        assert here.sign_in(other).get(here.url(f"/me/decisions/{decision.ref}/")).status_code == 404


def test_what_readers_see_where_a_post_was(here: Cast, client: Client) -> None:
    with here.scope():
        make_rules("Say where you know it from.")
        thread = make_thread(here.forum, by=here.manager)
        removed = make_reply(thread, by=here.member, body="<p>Quincunx one.</p>")
        hidden = make_reply(thread, by=here.member, body="<p>Quincunx two.</p>")
        decide(reported(here, post=removed), by=here.moderator, act="remove", ground="1")
        decide(reported(here, post=hidden), by=here.moderator, act="hide", ground="1")
        make_reply(thread, by=here.manager)
    page = client.get(here.url(thread_path(thread))).content.decode()
    assert "Quincunx" not in page
    assert "Removed by moderation (rule 1)." in page
    assert "Hidden by moderation (rule 1)." in page
    own = here.sign_in(here.member).get(here.url(thread_path(thread))).content.decode()
    assert "Quincunx one." in own
    assert "Why, and what you can do" in own


def test_a_second_person_puts_a_removed_text_back(
    here: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        case = reported(here)
        before = fresh(case.post)
        post = before
        decide(case, by=here.moderator, act="remove")
        later = timezone.now() + UNDO_WITHIN + datetime.timedelta(seconds=1)
        monkeypatch.setattr("moderation.permissions.timezone.now", lambda: later)
        with pytest.raises(NotAllowed):
            decide(case, by=here.moderator, act="restore")
        decide(case, by=here.manager, act="restore")
        after = fresh(post)
        assert (after.state, after.position, after.published_at) == (
            "published",
            before.position,
            before.published_at,
        )
        assert Notification.objects.filter(membership=here.member, kind="post_restored").count() == 1
    assert client.get(here.url(thread_path(post.thread))).status_code == 200


def test_a_mistake_is_taken_back_by_who_made_it_and_stays_on_record(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        post = fresh(case.post)
    client, page = here.sign_in(here.moderator), here.url(f"/moderation/c/{case.ref}/")
    sent = {"act": "remove", "ground": "courtesy", "reason": "Too loud.", "version": 1, "revision": 0}
    with here.scope():
        sent["version"] = Case.objects.get(pk=case.pk).version
    answer = client.post(f"{page}decide/", sent)
    assert answer["Location"].endswith(f"?decided={case.ref}")
    assert "Look at it again" in client.get(answer["Location"]).content.decode()
    again = client.get(page).content.decode()
    assert "A mistake can be taken back for ten minutes" in again
    back = sent | {"act": "restore", "ground": "", "reason": "", "version": int(sent["version"]) + 1}
    refused = client.post(f"{page}decide/", back)
    assert refused.status_code == 422
    assert "Say why the text comes back" in refused.content.decode()
    assert client.post(f"{page}decide/", back | {"reason": "My mistake."}).status_code == 302
    with here.scope():
        assert fresh(post).is_published
        acts = list(Decision.objects.filter(case=case).order_by("id").values_list("act", "reason"))
        assert acts == [("remove", "Too loud."), ("restore", "My mistake.")]
        kinds = Notification.objects.filter(membership=here.member).values_list("kind", flat=True)
        assert {"decision_made", "post_restored"} <= set(kinds)
        first = Decision.objects.filter(case=case).order_by("id").first()
    author = here.sign_in(here.member)
    assert "Decided again" in author.get(here.url(f"/me/decisions/{first.ref}/")).content.decode()


def test_removing_the_first_post_withdraws_the_thread(here: Cast, client: Client) -> None:
    with here.scope():
        thread = make_thread(
            here.forum, by=here.member, title="Gone with the wind", replies=2, tags=["Storm"]
        )
        opening = thread.posts.get(position=1)
        decide(reported(here, post=opening), by=here.moderator, act="remove")
    assert client.get(here.url(thread_path(thread))).status_code in (404, 410)
    assert "Gone with the wind" not in client.get(here.url("/forums/")).content.decode()
    assert "Gone with the wind" not in client.get(here.url("/tags/storm/")).content.decode()
    with here.scope():
        decide(case_of(opening), by=here.manager, act="restore")
    assert client.get(here.url(thread_path(thread))).status_code == 200
    assert "Gone with the wind" in client.get(here.url("/tags/storm/")).content.decode()


def test_a_refused_newcomer_who_is_restored_appears(here: Cast) -> None:
    with here.scope():
        post = held_reply(here)
        decide(case_of(post), by=here.moderator, act="refuse")
        decide(case_of(post), by=here.manager, act="restore")
        assert fresh(post).is_published
        assert fresh(post).position


def test_the_same_press_twice_is_one_decision(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        seen = {"version": case.version, "revision": 0}
        first = decide(case, by=here.moderator, act="remove", **seen)
        assert decide(case, by=here.moderator, act="remove", **seen) == first
        assert Decision.objects.count() == 1
        assert Notification.objects.filter(membership=here.member, kind="decision_made").count() == 1


def test_who_comes_second_is_told(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        seen = {"version": case.version, "revision": 0}
        decide(case, by=here.moderator, act="approve", **seen)
        with pytest.raises(CaseMoved) as told:
            decide(case, by=here.manager, act="remove", **seen)
        assert told.value.decision.actor == here.moderator
        assert fresh(case.post).is_published


def test_a_text_that_changed_is_looked_at_again(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        edit(fresh(case.post), "<p>Kinder words.</p>")
        with pytest.raises(CaseMoved) as told:
            decide(case, by=here.moderator, act="remove", revision=0)
        assert told.value.text_changed
        assert fresh(case.post).is_published


def test_a_text_taken_back_leaves_nothing_to_decide(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        version = case.version
        content.delete_post(fresh(case.post), by=here.member)
        with pytest.raises(CaseMoved):
            decide(case, by=here.moderator, act="remove", version=version)
        assert Case.objects.get().outcome == "withdrawn"


def test_decisions_and_the_journal_cannot_be_rewritten(here: Cast) -> None:
    with here.scope():
        decide(reported(here), by=here.moderator, act="remove")
        for rows in (Decision.objects.all(), AuditEvent.objects.all()):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                rows.update(created_at=timezone.now())
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                rows.delete()


def test_post_moderation_asks_for_a_look(here: Cast) -> None:
    with here.scope():
        here.community.moderation_mode = "post"
        here.community.save()
        thread = make_thread(here.forum, by=here.manager)
        post = make_reply(thread, by=here.member)
        case = case_of(post)
        assert (case.kind, case.severity) == ("look", 0)
        assert reported(here, post=post) == case, "a report is the same work"
        decide(case, by=here.moderator, act="approve")
        assert not Notification.objects.filter(membership=here.member).exclude(kind="reply_posted").exists()
