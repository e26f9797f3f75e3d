"""Two people at once, on real connections; each with its control, where the lock is off and the fault shows."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Post
from communities.models import Membership
from moderation import services
from moderation.exceptions import CaseMoved, InOtherHands
from moderation.managers import CaseQuerySet
from moderation.models import AuditEvent, Case, Decision, Report
from moderation.services import deciding, reporting
from moderation.services.statements import seen_revision
from moderation.subjects import profile, text
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import reported, reported_page

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timezone.now() - datetime.timedelta(days=400)


def two_moderators(cast: Cast) -> tuple[Case, list[Membership]]:
    with cast.scope():
        return reported(cast), [cast.moderator, make_membership(role="moderator")]


def decide_together(cast: Cast, case: Case, judges: list[Membership]) -> list[Any]:
    acts = ("remove", "hide")

    def decide(number: int) -> str:
        with cast.scope():
            return services.decide_case(
                case, by=judges[number], act=acts[number], version=case.version, revision=0, ground="courtesy"
            ).act

    return at_once(2, decide)


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseQuerySet, "locked", lambda self: self)


def test_of_two_moderators_one_decides_and_the_other_is_told() -> None:
    cast = make_cast()
    case, judges = two_moderators(cast)
    answers = decide_together(cast, case, judges)
    assert sum(isinstance(answer, CaseMoved) for answer in answers) == 1, answers
    with cast.scope():
        decision = Decision.objects.get()
        assert (
            Post.objects.get(pk=case.post_id).state == {"remove": "removed", "hide": "hidden"}[decision.act]
        )
        assert Case.objects.get().version == case.version + 1
        assert AuditEvent.objects.filter(act="decide_case").count() == 1


def without_lock_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hide what is missing: the controls take both away."""

    def read(number: int, *_related: str) -> Post:
        post: Post = Post.objects.select_related("thread__space", "author").get(pk=number)
        return post

    monkeypatch.setattr(text, "hold_text", read)


def test_control_without_the_lock_both_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version alone does not help: both read it before either writes."""
    cast = make_cast()
    case, judges = two_moderators(cast)
    both_have_read = threading.Barrier(2)
    may = deciding.decisions_open_to

    def meet(*args: Any) -> list[str]:
        both_have_read.wait(timeout=60)
        return may(*args)

    without_lock(monkeypatch)
    without_lock_of_text(monkeypatch)
    monkeypatch.setattr(deciding, "decisions_open_to", meet)
    answers = decide_together(cast, case, judges)
    assert not any(isinstance(answer, CaseMoved) for answer in answers), answers
    with cast.scope():
        assert Decision.objects.count() == 2


def clear_and_leave_together(cast: Cast) -> list[Any]:
    """Two moderators at one member's page: one clears it, one leaves it as it is."""
    with cast.scope():
        person = make_membership(bio="Call 555.")
        case, judges = reported_page(person, by=cast.member), [cast.moderator, cast.manager]
        seen = seen_revision(case)

    def decide(number: int) -> str:
        with cast.scope():
            return services.decide_case(
                case,
                by=judges[number],
                act=("clear", "approve")[number],
                version=case.version,
                revision=seen,
                ground="courtesy",
            ).act

    return at_once(2, decide)


def test_of_two_moderators_at_a_members_page_one_decides_and_the_other_is_told() -> None:
    cast = make_cast()
    answers = clear_and_leave_together(cast)
    assert sum(isinstance(answer, CaseMoved) for answer in answers) == 1, answers
    with cast.scope():
        decision, case = Decision.objects.get(), Case.objects.get()
        assert case.version == 2
        assert (Membership.objects.get(pk=case.person_id).bio == "") is (decision.act == "clear")
        assert AuditEvent.objects.filter(act="decide_case").count() == 1


def test_control_without_the_locks_a_members_page_is_decided_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    both_have_read = threading.Barrier(2)
    may = deciding.decisions_open_to

    def meet(*args: Any) -> list[str]:
        both_have_read.wait(timeout=60)
        return may(*args)

    without_lock(monkeypatch)
    monkeypatch.setattr(profile, "locked_member", lambda id: Membership.objects.get(pk=id))
    monkeypatch.setattr(deciding, "decisions_open_to", meet)
    answers = clear_and_leave_together(cast)
    assert not any(isinstance(answer, CaseMoved) for answer in answers), answers
    with cast.scope():
        assert Decision.objects.count() == 2


def one_press_twice(cast: Cast, case: Case) -> list[Any]:
    def decide(_number: int) -> int:
        with cast.scope():
            return services.decide_case(
                case, by=cast.moderator, act="remove", version=case.version, revision=0, ground="courtesy"
            ).pk

    return at_once(4, decide)


def test_one_press_sent_four_times_is_one_decision() -> None:
    cast = make_cast()
    case, _judges = two_moderators(cast)
    answers = one_press_twice(cast, case)
    assert len(set(answers)) == 1, answers
    with cast.scope():
        assert Decision.objects.count() == 1


REPORTERS = 6


def a_text(cast: Cast) -> tuple[Post, list[Membership]]:
    with cast.scope():
        people = [make_membership(joined_at=LONG_AGO) for _number in range(REPORTERS)]
        return make_reply(make_thread(cast.forum, by=cast.manager), by=cast.member), people


def report_together(cast: Cast, post: Post, people: list[Membership]) -> list[Any]:
    def report(number: int) -> int:
        with cast.scope():
            return services.report_post(post, by=people[number], category="spam").pk

    return at_once(len(people), report)


def hidings(cast: Cast) -> tuple[int, int]:
    with cast.scope():
        return Decision.objects.filter(act="hide").count(), AuditEvent.objects.filter(act="hide_post").count()


def test_reports_at_once_open_one_case_and_hide_once() -> None:
    cast = make_cast()
    post, people = a_text(cast)
    answers = report_together(cast, post, people)
    assert (
        all(isinstance(answer, int) for answer in answers[:3])
        or len([a for a in answers if isinstance(a, int)]) >= 3
    )
    with cast.scope():
        case = Case.objects.get()
        told = [answer for answer in answers if isinstance(answer, int)]
        assert Report.objects.count() == case.report_count == len(told)
        assert case.weight == sum(Report.objects.values_list("weight", flat=True))
        assert Post.objects.get(pk=post.pk).state == "hidden"
    assert hidings(cast) == (1, 1)


def test_control_without_the_lock_reports_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each counts what it sees: nobody sees the third report, and the threshold is passed unnoticed."""
    cast = make_cast()
    post, people = a_text(cast)
    with cast.scope():
        services.report_post(post, by=people[0], category="spam")
    all_have_written = threading.Barrier(2)
    weigh = reporting._weigh

    def meet(case: Case, severity: int, *, at: datetime.datetime) -> None:
        all_have_written.wait(timeout=60)
        weigh(case, severity, at=at)

    without_lock(monkeypatch)
    without_lock_of_text(monkeypatch)
    monkeypatch.setattr(reporting, "_weigh", meet)
    report_together(cast, post, people[1:3])
    with cast.scope():
        assert Report.objects.count() == 3
        assert Case.objects.get().report_count == 2
        assert Post.objects.get(pk=post.pk).state == "published", "three people said so, and nothing happened"


def test_two_who_take_one_case_at_once_do_not_both_have_it() -> None:
    cast = make_cast()
    case, judges = two_moderators(cast)

    def claim(number: int) -> int:
        with cast.scope():
            return services.claim_case(case, by=judges[number]).assignee_id or 0

    answers = at_once(2, claim)
    assert sum(isinstance(answer, InOtherHands) for answer in answers) == 1, answers
    with cast.scope():
        assert AuditEvent.objects.filter(act="claim_case").count() == 1


def test_control_without_the_lock_both_take_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    case, judges = two_moderators(cast)
    both_have_read = threading.Barrier(2)
    holder = Case.holder

    def meet(self: Case) -> Membership | None:
        found = holder(self)
        both_have_read.wait(timeout=60)
        return found

    without_lock(monkeypatch)
    monkeypatch.setattr(Case, "holder", meet)

    def claim(number: int) -> int:
        with cast.scope():
            return services.claim_case(case, by=judges[number]).assignee_id or 0

    answers = at_once(2, claim)
    assert sorted(answers) == sorted(judge.pk for judge in judges)
