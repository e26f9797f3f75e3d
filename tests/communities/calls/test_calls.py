"""The laws of calls: who applies and when, what stays private, how a jury is added up, what a decision does."""

from __future__ import annotations

import datetime
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.roi.models import LedgerEntry, Measure
from communities.animation.today.matters import Scope
from communities.calls.applying import delete_applications_of, save_application, take_back
from communities.calls.deciding import Plan, move_application, plan_application
from communities.calls.exceptions import (
    ApplicationChanged,
    ApplicationDecided,
    CallBegun,
    CallError,
    CallNotOpen,
    MovedMeanwhile,
    NotJudged,
)
from communities.calls.judging import declare_conflict, lift_conflict, send_scores, sum_of, weighed
from communities.calls.models import Application, ApplicationFile, Call, Evaluation, Step
from communities.calls.permissions import reads_application
from communities.calls.services import change_call, publish_projects, remove_call
from communities.calls.telling import tell_of_hours
from communities.calls.today import ApplicationsToMove
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.notifications.models import Notification
from members.personal import Departure, Leaver
from tests.communities.calls.making import (
    DAY,
    a_paper,
    again,
    apply,
    asks,
    close,
    make_call,
    move,
    of,
    said,
    wishes,
)
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[int]:
    return sorted(Notification.objects.filter(kind=kind).values_list("membership_id", flat=True))


def test_a_call_takes_applications_between_its_hours_from_those_who_may(here: Cast) -> None:
    with here.scope():
        now = timezone.now()
        early = make_call(here, title="Upcoming", opens_at=now + DAY, closes_at=now + 2 * DAY)
        call = make_call(here, jury=frozenset({here.ambassador.pk}))
        with pytest.raises(CallNotOpen):
            apply(early, by=here.member)
        for nobody in (here.manager, here.owner, here.ambassador):
            with pytest.raises(NotAllowed):
                apply(call, by=nobody)
        assert apply(call, by=here.member).state == "sent"
        with pytest.raises(CallNotOpen):
            apply(close(call), by=here.moderator)


def test_an_application_is_kept_in_parts_and_needs_all_conditions_to_be_sent(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        with pytest.raises(CallError, match="Confirm each condition"):
            apply(call, by=here.member, confirmed=(1,))
        draft = apply(call, by=here.member, send=False, confirmed=(), summary="")
        assert (draft.state, draft.sent_at, draft.version) == ("draft", None, 1)
        with pytest.raises(ApplicationChanged):
            save_application(again(call), said(), by=here.member, version=7)
        sent = save_application(again(call), said("Another name"), by=here.member, send=True, version=1)
        changed = save_application(again(call), said("A third"), by=here.member, version=2)
        assert (sent.pk, changed.pk, changed.state, changed.title) == (draft.pk, draft.pk, "sent", "A third")
        assert list(Step.objects.filter(application=draft.pk).values_list("state", flat=True)) == ["sent"]


def test_what_is_asked_stays_once_somebody_has_begun(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        changed = change_call(again(call), wishes(conditions=("Mine.",)), by=here.manager, version=1)
        assert changed.conditions == ["Mine."]
        apply(call, by=here.member, send=False, confirmed=())
        for other in ({"questions": (asks(1, "Other?"),)}, {"scale": 9}, {"criteria": ()}):
            with pytest.raises(CallBegun):
                change_call(again(call), wishes(**{"conditions": ("Mine.",)} | other), by=here.manager)
        with pytest.raises(CallBegun):
            remove_call(again(call), by=here.manager)
        with pytest.raises(CallError, match="cannot judge"):
            change_call(
                again(call), wishes(conditions=("Mine.",), jury=frozenset({here.member.pk})), by=here.manager
            )
        later = timezone.now() + 9 * DAY
        kept = change_call(again(call), wishes(conditions=("Mine.",), closes_at=later), by=here.manager)
        assert kept.closes_at == later


def test_a_draft_is_its_applicants_alone_and_goes_with_its_files(here: Cast) -> None:
    with here.scope():
        call = make_call(here, jury=frozenset({here.moderator.pk}))
        own = apply(call, by=here.member, send=False, files={"q5": a_paper()})
        people = (here.member, here.manager, here.moderator, here.ambassador)
        assert [reads_application(one, own) for one in people] == [True, False, False, False]
        (path,) = ApplicationFile.objects.values_list("path", flat=True)
        assert default_storage.exists(path)
        version = own.version
        sent = save_application(
            again(call), said(files={"q5": a_paper("second.pdf")}), by=here.member, send=True, version=version
        )
        assert [reads_application(one, of(sent)) for one in people] == [True, True, True, False]
        assert list(ApplicationFile.objects.values_list("name", flat=True)) == ["second.pdf"]
        assert take_back(of(sent), by=here.member)
        assert not take_back(of(sent), by=here.member)
        worked_on = save_application(again(call), said("Not yet"), by=here.member, version=3)
        assert (worked_on.state, worked_on.sent_at) == ("draft", None)
        assert [reads_application(one, of(worked_on)) for one in people] == [True, False, False, False]
        back = save_application(again(call), said(), by=here.member, send=True, version=4)
        assert back.state == "sent"
        assert Step.objects.filter(application=back).count() == 3


def test_the_mean_of_a_jury_is_that_of_fractions(here: Cast) -> None:
    chance = random.Random(106)
    for _round in range(60):
        criteria = [{"name": "x", "weight": chance.randint(1, 10)} for _one in range(chance.randint(1, 5))]
        call = Call(criteria=criteria, scale=20)
        jury = [[chance.randint(0, 20) for _one in criteria] for _juror in range(chance.randint(1, 6))]
        exact = [
            Decimal(sum(score * one["weight"] for score, one in zip(scores, criteria, strict=True)))
            / sum(one["weight"] for one in criteria)
            for scores in jury
        ]
        cents = [(100 * one).quantize(Decimal(1), rounding=ROUND_HALF_UP) for one in exact]
        found = sum_of([Evaluation(scores=scores) for scores in jury] + [Evaluation(conflict=True)], call)
        mean = (sum(cents) / len(cents)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        assert [weighed(scores, criteria) for scores in jury] == cents
        assert (found.n, found.mean, found.low, found.high) == (len(jury), mean, min(cents), max(cents))


def test_a_conflict_hides_an_application_and_takes_its_scores_out(here: Cast) -> None:
    with here.scope():
        other = make_membership()
        call = make_call(here, jury=frozenset({here.moderator.pk, other.pk}))
        sent = apply(call, by=here.member)
        send_scores(sent, [4, 4], by=here.moderator)
        send_scores(sent, [2, 2], by=other)
        assert (of(sent).points, of(sent).judged) == (300, 2)
        for wrong in ([6, 0], [1], [1, 2, 3]):
            with pytest.raises(NotJudged):
                send_scores(of(sent), wrong, by=other)
        declare_conflict(of(sent), by=other)
        assert (of(sent).points, of(sent).judged) == (400, 1)
        assert not reads_application(other, of(sent))
        with pytest.raises(NotAllowed):
            send_scores(of(sent), [1, 1], by=other)
        with pytest.raises(NotAllowed):
            lift_conflict(Evaluation.objects.get(conflict=True), by=here.moderator)
        assert lift_conflict(Evaluation.objects.get(conflict=True), by=here.manager)
        assert reads_application(other, of(sent))
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.filter(application=sent).update(conflict=True)


def test_a_decision_needs_reasons_a_closed_call_and_the_state_that_was_seen(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        sent = apply(call, by=here.member)
        with pytest.raises(CallError, match="The call is open"):
            move(sent, "selected", by=here.manager)
        close(call)
        with pytest.raises(CallError, match="Say why"):
            move(sent, "selected", by=here.manager, words="  ")
        with pytest.raises(CallError, match="cannot move to that step"):
            move(sent, "delivered", by=here.manager)
        with pytest.raises(NotAllowed):
            move(sent, "selected", by=here.moderator)
        move(sent, "selected", by=here.manager, words="It turns.")
        with pytest.raises(MovedMeanwhile):
            move_application(of(sent), "refused", words="No.", by=here.owner, seen="sent")
        with pytest.raises(ApplicationDecided):
            send_scores_after(sent, here)
        steps = list(Step.objects.filter(application=sent).order_by("pk").values_list("state", "words", "by"))
        assert steps == [("sent", "", here.member.pk), ("selected", "It turns.", here.manager.pk)]
        assert told("application_moved") == [here.member.pk]


def send_scores_after(sent: Application, here: Cast) -> None:
    change_call(
        again(of(sent).call),
        wishes(
            closes_at=timezone.now() - DAY,
            opens_at=timezone.now() - 2 * DAY,
            jury=frozenset({here.moderator.pk}),
        ),
        by=here.manager,
    )
    send_scores(of(sent), [1, 1], by=here.moderator)


def test_nobody_decides_about_their_own_application(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        mine = apply(call, by=here.member)
        close(call)
        mine = of(mine)
        Membership.objects.filter(pk=here.member.pk).update(role="manager")
        by = Membership.objects.get(pk=here.member.pk)
        with pytest.raises(NotAllowed):
            move_application(mine, "selected", words="Mine.", by=by, seen="sent")
        conflict = Evaluation.objects.create(application=mine, juror=here.ambassador, conflict=True)
        with pytest.raises(NotAllowed):
            lift_conflict(conflict, by=by)
        Application.objects.filter(pk=mine.pk).update(state="selected")
        with pytest.raises(NotAllowed):
            plan_application(mine, Plan(actual=Decimal(9)), by=by)


def test_what_was_delivered_is_one_line_of_the_ledger(here: Cast) -> None:
    with here.scope():
        call = make_call(here, title="Blocks of ash")
        sent = apply(call, by=here.member)
        close(call)
        move(sent, "selected", by=here.manager)
        plan = Plan(here.manager, timezone.now().date(), Decimal(900), 40, Decimal("1200.50"))
        plan_application(of(sent), plan, by=here.manager)
        lines = LedgerEntry.objects.of_measure(Measure.OUTCOME)
        assert not lines.exists()
        move(sent, "agreed", by=here.manager)
        move(sent, "delivered", by=here.manager)
        line = lines.get()
        assert (line.amount_minor, line.label, line.counted) == (120_050, "Blocks of ash", True)
        plan_application(of(sent), Plan(actual=Decimal(7)), by=here.owner)
        assert lines.get().amount_minor == 700
        plan_application(of(sent), Plan(), by=here.owner)
        assert not lines.exists()


def test_each_hour_is_told_once(here: Cast) -> None:
    with here.scope():
        soon = timezone.now() + datetime.timedelta(hours=30)
        call = make_call(here, closes_at=soon, jury=frozenset({here.moderator.pk}))
        apply(call, by=here.member, send=False, confirmed=())
        apply(call, by=here.ambassador)
        make_call(here, title="Later")
        # Both have opened, one of them closes soon.
        assert [tell_of_hours(here.community) for _again in range(2)] == [3, 0]
        assert told("call_closing") == [here.member.pk]
        close(call)
        assert [tell_of_hours(here.community) for _again in range(2)] == [1, 0]
        assert told("call_to_judge") == [here.moderator.pk]


def test_today_names_what_waits_for_a_manager(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        sent, other = apply(call, by=here.member), apply(call, by=here.moderator)
        source, scope = ApplicationsToMove(), Scope(here.community, here.manager, timezone.now())
        assert not source.may(here.moderator)
        assert source.due(scope, 9) == []
        close(call)
        assert {matter.key for matter in source.due(scope, 9)} == {str(sent.pk), str(other.pk)}
        # What somebody had sent before they belonged to the team is for the others to decide.
        Membership.objects.filter(pk=here.member.pk).update(role="manager")
        own = Scope(here.community, here.member, timezone.now())
        assert {matter.key for matter in source.due(own, 9)} == {str(other.pk)}
        move(other, "refused", by=here.manager)
        move(sent, "selected", by=here.manager)
        assert source.due(scope, 9) == []
        yesterday = timezone.now().date() - DAY
        plan_application(of(sent), Plan(here.manager, yesterday), by=here.manager)
        assert [matter.key for matter in source.due(scope, 9)] == [str(sent.pk)]
        assert set(source.named([sent.pk, 0], scope)) == {sent.pk}


def test_who_goes_takes_application_and_files_along(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        apply(call, by=here.member, files={"q5": a_paper()})
        apply(call, by=here.ambassador)
        assert delete_applications_of(Leaver(here.member.pk, Departure.LEAVING), 100) == 1
        assert not ApplicationFile.objects.exists()
        assert list(Application.objects.values_list("applicant", flat=True)) == [here.ambassador.pk]


def test_projects_are_published_once_the_call_is_over(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        assert not publish_projects(again(call), shown=True, by=here.manager)
        close(call)
        with pytest.raises(NotAllowed):
            publish_projects(again(call), shown=True, by=here.moderator)
        assert publish_projects(again(call), shown=True, by=here.manager)
        assert not publish_projects(again(call), shown=True, by=here.manager)
        assert publish_projects(again(call), shown=False, by=here.manager)
