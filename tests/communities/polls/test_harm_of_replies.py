"""What a poll in a reply may not do to others: to their mail, to a moderator who reads it, to a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.calendar import DAY
from communities.calls.exceptions import CallThere
from communities.calls.services import Wishes as CallWishes
from communities.calls.services import add_call
from communities.content.models import State, Thread
from communities.content.services import delete_post, reply_to
from communities.content.services.splitting import split_thread
from communities.content.services.unfiling import unfile_replies
from communities.journal.models import Change
from communities.limits import Limited
from communities.memory import forget_all
from communities.models import Membership
from communities.people.departing import depart, leaver_of
from communities.people.taking_away import tables_of
from communities.polls import services
from communities.polls.adding import add_answer
from communities.polls.models import Poll
from communities.polls.services import Wishes
from members.personal import Departure
from moderation.exceptions import CaseMoved
from moderation.models import Case
from moderation.services import decide_case, report_post
from moderation.services.statements import seen_revision
from tests.communities.polls.making import OPTIONS, under, vote
from tests.communities.polls.test_in_replies import QUESTION, page_of, replied
from tests.communities.test_limits import at_most
from tests.conftest import Cast
from tests.factories import make_membership, make_thread


def test_nobody_mails_all_who_follow_by_polls_in_replies(
    here: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back where who looks after the space says so, its author can stop that, and closing is counted."""
    with here.scope():
        poll = replied(here)
    client, at = here.sign_in(here.member), here.url(f"/polls/{poll.pk}/")
    page = client.get(f"{at}edit/").content.decode()
    assert "everybody who voted is told" in page
    assert "follows the text" not in page
    assert f"{at}repeat/" not in page
    assert client.get(f"{at}repeat/").status_code == 403
    assert "Those who voted are told." in here.sign_in(here.moderator).get(f"{at}repeat/").content.decode()
    with here.scope():
        Poll.objects.filter(pk=poll.pk).update(
            repeats="week", again_at=timezone.now() + DAY, days_open=5, month_day=1
        )
    assert "No more polls after this one" in client.get(f"{at}edit/").content.decode()
    assert client.post(f"{at}repeat/stop/").status_code == 302
    with here.scope():
        second = replied(here)
    settings.LIMITS_BY_TRUST = True
    at_most(monkeypatch, Limited.EDIT, 1)
    assert client.post(f"{at}close/").status_code == 302
    client.post(here.url(f"/polls/{second.pk}/close/"))
    with here.scope():
        assert [Poll.objects.get(pk=one.pk).is_open for one in (poll, second)] == [False, True]


def test_a_vote_that_is_taken_away_says_nothing_of_what_its_voter_can_no_longer_read(here: Cast) -> None:
    with here.scope():
        gone, hidden, stays = (replied(here, by=here.manager, named=True) for _poll in range(3))
        for poll in (gone, hidden, stays):
            vote(poll, 1, by=here.member)
        assert gone.post is not None
        delete_post(gone.post, by=here.manager)
        Thread.objects.filter(pk=hidden.thread_id).update(state=State.HIDDEN)
        forget_all()
        rows = list(dict(tables_of(Membership.objects.get(pk=here.member.pk)))["votes"])
    assert [row["question"] for row in rows] == ["", "", QUESTION]
    assert [row["answers"] for row in rows] == [[], [], ["Cotton"]]
    assert all(row["cast_at"] and row["by_name"] for row in rows)


def test_what_is_unfiled_takes_the_words_of_its_poll_along(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        reply_to(poll.thread, by=here.manager, body="<p>After it.</p>")
        unfile_replies([poll.post_id or 0])
        poll.refresh_from_db()
        assert (poll.question, any(poll.options)) == ("", False)


def test_no_call_stands_beside_a_poll_that_was_a_replys(here: Cast) -> None:
    with here.scope():
        poll = replied(here)
        about = {"by": here.moderator, "community": here.community}
        new = split_thread(poll.thread, posts=[poll.post_id], title="Fibres", **about)
        now = timezone.now()
        with pytest.raises(CallThere):
            add_call(new, CallWishes(now, now + DAY), by=here.manager)


@pytest.mark.parametrize("where", ["text", "reply"])
@pytest.mark.parametrize("act", ["reword", "remove"])
def test_what_was_reported_is_not_rewritten_without_trace(here: Cast, where: str, act: str) -> None:
    with here.scope():
        poll = (
            replied(here)
            if where == "reply"
            else under(make_thread(here.forum, by=here.member), by=here.member)
        )
        text = poll.post or poll.thread.opening()
        report_post(text, by=here.ambassador, category="spam")
        case = Case.objects.get()
        seen = seen_revision(case)
        if act == "reword":
            services.change_poll(poll, Wishes("Another?", ("Yes", "No")), by=here.moderator)
        else:
            services.remove_poll(poll, by=here.moderator)
        case = Case.objects.get()
        order = {"act": "remove", "ground": "courtesy", "version": case.version}
        with pytest.raises(CaseMoved):
            decide_case(case, revision=seen, by=here.moderator, **order)
        line = Change.objects.get(act="reword_poll")
        assert line.before["answers"] == " · ".join(OPTIONS)
        decision = decide_case(case, revision=seen_revision(case), by=here.moderator, **order)
        assert ("Another? · Yes · No" in decision.text) == (act == "reword")


@pytest.mark.parametrize("where", ["text", "reply"])
def test_a_case_keeps_what_stood_there_when_it_was_opened(here: Cast, elsewhere: Cast, where: str) -> None:
    """Also where nobody has decided it yet; until its author is erased, with what they wrote."""
    with here.scope():
        said = {"question": QUESTION, "by": here.ambassador}
        if where == "reply":
            poll = replied(here, **said)
        else:
            poll = under(make_thread(here.forum, by=here.ambassador), **said)
        report_post(poll.post or poll.thread.opening(), by=here.member, category="spam")
        case = Case.objects.get()
        assert case.snapshot == {"beneath": " · ".join((QUESTION, *OPTIONS))}
    judge, at = here.sign_in(here.moderator), here.url(f"/moderation/c/{case.ref}/")
    kept = "Under it when this case was opened"
    assert kept not in judge.get(at).content.decode()
    with here.scope():
        services.remove_poll(poll, by=here.ambassador)
    page = judge.get(at).content.decode()
    assert kept in page
    assert " · ".join((QUESTION, *OPTIONS)) in page
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/moderation/c/{case.ref}/")).status_code == 404
    )
    assert here.sign_in(here.member).get(at).status_code in (403, 404)
    with here.scope():
        depart(leaver_of(here.ambassador, Departure.LEAVING_WITH_TEXTS))
        case.refresh_from_db()
        assert case.snapshot
        while depart(leaver_of(here.ambassador, Departure.ERASURE)):
            pass
        case.refresh_from_db()
        assert case.snapshot == {}


@pytest.mark.parametrize("where", ["text", "reply"])
def test_a_case_keeps_no_answer_that_another_member_added(here: Cast, where: str) -> None:
    """It is said by a reply of theirs, which has a case of its own and goes with them."""
    with here.scope():
        said = {"question": QUESTION, "by": here.ambassador, "additions": 1}
        if where == "reply":
            poll = replied(here, **said)
        else:
            poll = under(make_thread(here.forum, by=here.ambassador), **said)
        text = poll.post or poll.thread.opening()
        add_answer(poll, "Flax of the east", by=here.member)
        report_post(text, by=make_membership(), category="spam")
        case = Case.objects.get()
        assert case.snapshot == {"beneath": " · ".join((QUESTION, *OPTIONS))}
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "Flax of the east" in page
    assert "Under it when" not in page
    with here.scope():
        order = {"act": "remove", "ground": "courtesy", "version": case.version}
        decision = decide_case(case, revision=seen_revision(case), by=here.moderator, **order)
        assert QUESTION in decision.text
        assert "Flax" not in decision.text


def test_a_case_keeps_what_stood_there_at_its_latest_reports(here: Cast) -> None:
    """One report joins the case that is open; its words may be gone before anybody reads it."""
    with here.scope():
        poll = replied(here, question=QUESTION, by=here.ambassador)
        assert poll.post is not None
        report_post(poll.post, by=here.member, category="spam")
        other = make_membership()
        for number in range(5):
            wishes = Wishes(f"Wording {number}?", ("Yes", "No"))
            services.change_poll(poll, wishes, by=here.ambassador)
            for _twice in range(2):
                report_post(poll.post, by=other, category="spam")
        case = Case.objects.get()
        assert (case.report_count, case.snapshot) == (
            2,
            {
                "beneath": " · ".join((QUESTION, *OPTIONS)),
                "since": [{"beneath": f"Wording {number}? · Yes · No"} for number in (2, 3, 4)],
            },
        )
    judge, at, again = here.sign_in(here.moderator), here.url(f"/moderation/c/{case.ref}/"), "reported again"
    page = judge.get(at).content.decode()
    assert (page.count("when this case was opened"), page.count(again), "Wording 1?" in page) == (1, 2, False)
    with here.scope():
        services.change_poll(poll, Wishes(QUESTION, OPTIONS), by=here.ambassador)
    page = judge.get(at).content.decode()
    assert (page.count("when this case was opened"), page.count(again)) == (0, 3)
    with here.scope():
        while depart(leaver_of(here.ambassador, Departure.ERASURE)):
            pass
        case.refresh_from_db()
        assert case.snapshot == {}


def test_ranked_results_of_a_page_are_read_at_once(here: Cast) -> None:
    """What is counted is remembered for a while; a page that finds none of it asks once for all."""
    said = {"way": Poll.Way.RANKED, "shown": Poll.Shown.ALWAYS, "by": here.manager}
    with here.scope():
        first = replied(here, **said)
        polls = [first]
        for number in range(4):
            post = reply_to(first.thread, by=here.manager, body="<p>And this one?</p>")
            polls.append(under(first.thread, post=post, question=f"Number {number}?", **said))
        for poll in polls:
            vote(poll, 2, 0, by=here.member)
    page_of(Client(), here, first.thread)
    forget_all()
    with CaptureQueriesContext(connection) as captured:
        page = page_of(Client(), here, first.thread)
    assert page.count("has most votes") + page.count("would win") >= 5
    assert len([one for one in captured if '"rankings"' in one["sql"]]) == 1
