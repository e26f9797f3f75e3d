"""Who hears of the launch: members of what opens and stops for them, those who run the plan of what it asks."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from communities.launch.models import Stage, StageOpening
from communities.launch.services import (
    StageWishes,
    add_stage,
    announce_stage,
    open_due_stages,
    open_stage,
    pause_stage,
    roll_back_stage,
    watch_stages,
)
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import unsubscribe_token, write_waiting
from communities.notifications.models import Notification
from communities.notifications.tasks import notify_of_opening, notify_of_pause
from tests.communities.launch.conftest import LEGAL, make_plan, refresh
from tests.conftest import Cast
from tests.factories import make_thread
from tests.mailing import delivered

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def lines_of(here: Cast, who: Membership) -> list[str]:
    with here.scope():
        return list(Notification.objects.for_membership(who).order_by("id").values_list("kind", flat=True))


def unread(here: Cast, who: Membership) -> int:
    with here.scope():
        return Membership.objects.get(pk=who.pk).unread_count


def send_mails(here: Cast) -> int:
    forget_all()
    with here.scope():
        Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=timezone.now() - DAY)
        return write_waiting(Community.objects.get(pk=here.community.pk))


@pytest.fixture
def announced(here: Cast) -> StageOpening:
    """A stage for the ambassadors, open and announced by the manager."""
    (stage,) = make_plan(here, ("ambassadors", ["forums"]), opened=1)
    with here.scope():
        announce_stage(stage, by=here.manager, words="Here are the keys.")
        opening = StageOpening.objects.select_related("stage").get()
    refresh(here)
    return opening


def test_an_announcement_is_one_line_for_each_however_often_the_job_runs(
    here: Cast, announced: StageOpening
) -> None:
    for _time in range(2):
        notify_of_opening(community_id=here.community.pk, opening_id=announced.pk)
    assert lines_of(here, here.ambassador) == ["stage_opened"]
    assert unread(here, here.ambassador) == 1
    assert lines_of(here, here.member) == []
    assert lines_of(here, here.manager) == [], "who announces it knows"
    bell = here.sign_in(here.ambassador).get(here.url("/notifications/")).content.decode()
    assert "Forums is open" in bell
    assert f'href="{here.url("/")}"' in bell


def test_its_mail_can_be_stopped_by_one_press(here: Cast, announced: StageOpening) -> None:
    notify_of_opening(community_id=here.community.pk, opening_id=announced.pk)
    assert send_mails(here) == 4
    assert send_mails(here) == 0
    letter = next(one for one in delivered() if one.to == [here.ambassador.member.email])
    assert letter.subject == "Forums is open"
    assert "Here are the keys." in str(letter.body)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in str(letter.body)
    machine = Client(enforce_csrf_checks=True)
    path = here.url(f"/unsubscribe/{address.rpartition('/')[2]}")
    assert machine.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with here.scope():
        assert Membership.objects.get(pk=here.ambassador.pk).muted_mails == ["stage_opened"]
        stage = Stage.objects.get()
        roll_back_stage(stage, by=here.manager)
        open_stage(stage, by=here.manager)
        announce_stage(stage, by=here.manager)
        again = StageOpening.objects.get(ended_at__isnull=True)
    notify_of_opening(community_id=here.community.pk, opening_id=again.pk)
    assert lines_of(here, here.ambassador) == ["stage_opened", "stage_opened"], (
        "another opening is other news"
    )
    mail.outbox.clear()
    assert send_mails(here) == 3
    assert [here.ambassador.member.email] not in [one.to for one in delivered()]


def test_what_was_closed_again_is_said_to_nobody(here: Cast, announced: StageOpening) -> None:
    with here.scope():
        roll_back_stage(announced.stage, by=here.manager)
    notify_of_opening(community_id=here.community.pk, opening_id=announced.pk)
    assert lines_of(here, here.ambassador) == []


def test_a_line_and_its_mail_go_when_the_part_closes(here: Cast, announced: StageOpening) -> None:
    notify_of_opening(community_id=here.community.pk, opening_id=announced.pk)
    with here.scope():
        roll_back_stage(announced.stage, by=here.manager)
    forget_all()
    bell = here.sign_in(here.ambassador).get(here.url("/notifications/")).content.decode()
    assert "Forums is open" not in bell
    send_mails(here)
    assert [here.ambassador.member.email] not in [one.to for one in delivered()]


def test_a_pause_is_said_to_those_for_whom_it_stops_without_a_mail(here: Cast) -> None:
    (stage,) = make_plan(here, ("ambassadors", ["forums"]), opened=1)
    with here.scope():
        pause_stage(stage, by=here.manager)
    for _time in range(2):
        notify_of_pause(community_id=here.community.pk, stage_id=stage.pk, occasion="2026-11-23T10:00")
    assert lines_of(here, here.ambassador) == ["stage_paused"]
    assert lines_of(here, here.moderator) == [], "for the team it goes on"
    assert send_mails(here) == 0
    bell = here.sign_in(here.ambassador).get(here.url("/notifications/")).content.decode()
    assert "Forums is paused" in bell


def test_a_stage_whose_gauges_hold_is_ready_and_said_once(here: Cast) -> None:
    make_plan(here, ("team", ["forums"]), ("ambassadors", ["blogs"]), opened=1, criteria={"threads": 1})
    with here.scope():
        assert watch_stages() == 0
        make_thread(here.forum, by=here.manager)
        assert [watch_stages(), watch_stages()] == [1, 1]
    for person in (here.manager, here.owner):
        assert lines_of(here, person) == ["stage_ready"]
        assert unread(here, person) == 1
    for person in (here.moderator, here.marketing, here.member):
        assert lines_of(here, person) == []
    assert send_mails(here) == 2
    assert delivered()[0].subject == "Ready to open Stage 2"
    assert here.url("/manage/launch/stages/2/") in str(delivered()[0].body)
    assert "List-Unsubscribe" in delivered()[0].extra_headers
    page = here.sign_in(here.manager).get(here.url("/notifications/")).content.decode()
    assert "Ready to open Stage 2" in page
    with here.scope():
        roll_back_stage(Stage.objects.get(place=1), by=here.manager)
        assert watch_stages() == 0, "the stage before it is closed again"


def test_the_day_before_is_said_and_the_opening_by_itself(here: Cast) -> None:
    planned = timezone.now() + 3 * DAY
    make_plan(here, ("ambassadors", ["forums"]), opening="date", planned_for=planned)
    with here.scope():
        watch_stages(now=planned - 2 * DAY)
        assert lines_of(here, here.manager) == []
        watch_stages(now=planned - DAY)
        watch_stages(now=planned - DAY)
        assert lines_of(here, here.manager) == ["stage_due"]
        assert open_due_stages(now=planned) == 1
        assert open_due_stages(now=planned) == 0
    assert lines_of(here, here.manager) == ["stage_due", "stage_opened"]
    assert send_mails(here) == 4
    assert {one.subject for one in delivered()} == {"Stage 1 opens tomorrow", "Forums is open"}


def test_a_stage_opened_by_hand_is_called_to_mind_the_day_before(here: Cast) -> None:
    planned = timezone.now() + 3 * DAY
    make_plan(here, ("wave", ["forums"]), opening="hand", planned_for=planned)
    with here.scope():
        assert [watch_stages(now=planned - 2 * DAY), watch_stages(now=planned - DAY)] == [0, 1]
    assert lines_of(here, here.owner) == ["stage_due"]
    send_mails(here)
    assert delivered()[0].subject == "Stage 1 opens tomorrow"
    assert "you open it by hand" in str(delivered()[0].body)


def test_a_due_stage_that_cannot_open_alarms_once_and_its_page_says_why(here: Cast) -> None:
    planned = timezone.now() + DAY
    make_plan(here, ("everyone", ["forums"]), opening="date", planned_for=planned)
    with here.scope():
        Stage.objects.update(planned_for=timezone.now() - DAY)
        assert open_due_stages() == 0
        assert [watch_stages(), watch_stages()] == [1, 1]
    assert lines_of(here, here.manager) == ["stage_alarm"]
    page = here.sign_in(here.manager).get(here.url("/manage/launch/stages/1/")).content.decode()
    assert "The legal identity is incomplete" in page
    Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
    with here.scope():
        assert open_due_stages() == 1


def test_criteria_that_can_never_hold_any_more_alarm(here: Cast) -> None:
    make_plan(here, ("team", ["forums"]), ("everyone", ["blogs"]), opening="hand")
    with here.scope():
        last = add_stage(
            StageWishes(
                "Last", ["search"], "everyone", opening="criteria", criteria={"answered_in_a_day": 50}
            ),
            by=here.manager,
        )
        assert watch_stages() == 0
        Stage.objects.filter(place=1).update(features=["tags"])
        Stage.objects.filter(place=2).update(features=["blogs"])
        Community.objects.filter(pk=here.community.pk).update(open_features=["blogs", "tags", "search"])
        assert watch_stages() == 1
    assert lines_of(here, here.owner) == ["stage_alarm"]
    forget_all()
    page = here.sign_in(here.owner).get(here.url(f"/manage/launch/stages/{last.place}/")).content.decode()
    assert "can never hold" in page


def test_whoever_runs_the_plan_chooses_its_mails(here: Cast) -> None:
    page = here.url("/me/notifications/")
    assert "stage_ready" not in here.sign_in(here.member).get(page).content.decode()
    manager = here.sign_in(here.manager)
    assert "stage_ready" in manager.get(page).content.decode()
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(muted_mails=["stage_due"])
    assert manager.post(page, {"mails": ["stage_ready", "mentioned"]}).status_code == 302
    assert here.sign_in(here.member).post(page, {"mails": ["mentioned"]}).status_code == 302
    with here.scope():
        assert "stage_alarm" in Membership.objects.get(pk=here.manager.pk).muted_mails
        assert "stage_ready" not in Membership.objects.get(pk=here.manager.pk).muted_mails
        assert "stage_due" in Membership.objects.get(pk=here.member.pk).muted_mails, "what is not asked stays"


def test_the_link_of_a_stage_mail_is_its_own_kind(here: Cast, elsewhere: Cast) -> None:
    token = unsubscribe_token(here.manager, "stage_ready")
    assert "Stage ready to open" in Client().get(here.url(f"/unsubscribe/{token}")).content.decode()
    assert Client().get(elsewhere.url(f"/unsubscribe/{token}")).status_code == 404
