"""What the limits of a watched stage measure, in real rows; and what they leave out."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import transaction
from django.utils import timezone

from communities.content.models import Post
from communities.launch.limits import LIMITS, limits_of, passed, read_limits, state_of
from communities.launch.models import JoinRequest, Stage, StageOpening
from communities.launch.services import pause_stage, resume_stage
from communities.models import Membership
from communities.people.managing import remove_member
from communities.people.requests import decline_request
from communities.people.services import leave_community
from moderation.models import Case, Report
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def opening(here: Cast, plan: Plan) -> StageOpening:
    """A stage that opened six hours ago."""
    (stage,) = plan(("ambassadors", ["blogs"]), opened=1)
    with here.scope():
        found = StageOpening.objects.get(stage=stage)
        begun = timezone.now() - 6 * HOUR
        StageOpening.objects.update(opened_at=begun, watched_from=begun)
        found.refresh_from_db()
    return found


def make_case(ref: str, hours: float = 0, **fields: object) -> Case:
    at = timezone.now() - hours * HOUR
    row: Case = Case.objects.create(
        ref=ref, kind="report", subject="post", title="T", opened_at=at, due_at=at, rank_at=at, **fields
    )
    return row


def report(case: Case, by: Membership | None, hours: float = 0) -> None:
    at = timezone.now() - hours * HOUR
    Report.objects.create(case=case, reporter=by, category="spam", created_at=at)


def read(opening: StageOpening) -> dict[str, float]:
    opening.refresh_from_db()
    return read_limits(opening, timezone.now())


def test_all_limits_are_measured_and_begin_at_nothing(here: Cast, opening: StageOpening) -> None:
    with here.scope():
        assert read(opening) == {limit.name: 0 for limit in LIMITS}


def test_three_people_who_report_pass_the_usual_limit_and_two_do_not(
    here: Cast, opening: StageOpening
) -> None:
    with here.scope():
        limits = limits_of({})
        case, other = make_case("C1"), make_case("C2")
        people = [make_membership() for _number in range(3)]
        for person in people[:2]:
            report(case, person)
            report(other, person)
        assert read(opening)["reports"] == 0
        report(case, people[2])
        assert read(opening)["reports"] == 6, "three people, of fifty posts at least"
        assert passed(read(opening), limits) == ["reports"]


def test_neither_visitors_nor_the_team_nor_what_was_left_up_nor_what_was_before_stop_a_stage(
    here: Cast, opening: StageOpening
) -> None:
    with here.scope():
        case, dismissed = make_case("C1"), make_case("C2", state="resolved", outcome="approved")
        for _number in range(9):
            report(case, None)
        for person in (here.owner, here.manager, here.moderator):
            report(case, person)
        for _number in range(5):
            report(dismissed, make_membership())
            report(case, make_membership(), hours=7)
        report(case, here.member)
        assert read(opening)["reports"] == 0
        report(case, here.ambassador)
        assert read(opening)["reports"] == 6, "all visitors together are one person"


def test_what_lies_on_a_limit_has_not_passed_it() -> None:
    limits = {"cases": 5.0}
    assert passed({"cases": 5.0}, limits) == []
    assert passed({"cases": 5.1}, limits) == ["cases"]
    assert [state_of(value, 5) for value in (2, 2.5, 5, 5.1)] == ["good", "warn", "warn", "bad"]


def test_only_cases_and_newcomers_of_the_watch_count(here: Cast, opening: StageOpening) -> None:
    with here.scope():
        for number in range(9):
            make_case(f"B{number}", hours=30)
        late = make_membership(came_by="open", joined_at=timezone.now() - 30 * HOUR)
        old = make_thread(here.forum, by=late)
        Post.objects.filter(thread=old).update(published_at=timezone.now() - 8 * HOUR)
        found = read(opening)
        assert (found["cases"], found["newcomers"]) == (0, 0), "the backlog is no fault of the stage"
        make_case("C1", hours=5)
        make_case("C2", hours=3)
        newcomer = make_membership(came_by="open", joined_at=timezone.now() - 30 * HOUR)
        thread = make_thread(here.forum, by=newcomer)
        Post.objects.filter(thread=thread).update(published_at=timezone.now() - 5 * HOUR)
        found = read(opening)
        assert (found["cases"], found["newcomers"]) == (1, 1)


def test_only_members_who_left_by_themselves_count(here: Cast, opening: StageOpening) -> None:
    with here.scope():
        asked = make_membership(status="invited")
        request = JoinRequest.objects.create(membership=asked, state="asked")
        decline_request(request, by=here.manager)
        assert remove_member(make_membership(), by=here.manager)
        colleague = make_membership(role="moderator")
        leave_community(colleague, by=colleague)
        unproven = make_membership(status="invited")
        leave_community(unproven, by=unproven)
        assert read(opening)["left"] == 0
        leaver = make_membership()
        leave_community(leaver, by=leaver)
        assert read(opening)["left"] == 1


def test_resumed_it_counts_who_leaves_anew(here: Cast, opening: StageOpening) -> None:
    with here.scope():
        stage = Stage.objects.get(pk=opening.stage_id)
        with transaction.atomic():
            StageOpening.objects.update(left=11)
        pause_stage(stage, by=here.manager)
        assert resume_stage(stage, by=here.manager, reason="On it")
        assert read(opening)["left"] == 0


def test_a_pause_that_is_undone_leaves_the_watch_as_it_was(here: Cast, opening: StageOpening) -> None:
    with here.scope():
        stage, before = Stage.objects.get(pk=opening.stage_id), StageOpening.objects.get()
        with transaction.atomic():
            StageOpening.objects.update(left=1)
        client, address = here.sign_in(here.manager), here.url(f"/manage/launch/stages/{stage.place}/")
        page = client.post(f"{address}pause/", {"reason": "Too soon"}, follow=True).content.decode()
        undo = re.search(r'action="([^"]+/resume/[^"]*)"', page)
        assert undo is not None
        client.post(undo[1].replace("&amp;", "&"))
        stage.refresh_from_db()
        after = StageOpening.objects.get()
        assert stage.is_open
        assert (after.watched_from, after.watch_until) == (before.watched_from, before.watch_until)
        assert after.watch_at is not None
        assert read(after)["left"] == 1
