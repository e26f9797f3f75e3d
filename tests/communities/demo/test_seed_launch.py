"""The launch plans of the demo: told through the services, with their days, once."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from communities.demo.launching import parts
from communities.demo.loading import Seeded, seed_community
from communities.demo.reading import SLUGS, Brand, read_brand
from communities.launch.features import FEATURES, is_open
from communities.launch.gauges import GAUGES
from communities.launch.models import Invitation, LaunchLogEntry, Stage, StageOpening, WaitingPlace, Wave
from communities.launch.services import joining_is_open
from communities.models import Community, Membership
from communities.scoping import community_scope
from tests.seeding import seeded_once

NOW = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)


def without_texts(slug: str) -> Brand:
    return dataclasses.replace(read_brand(slug), articles=[], threads=[])


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any, media: Path, said: list[str]) -> Iterator[Seeded]:
    def make() -> Seeded:
        return seed_community(without_texts("halyard"), said.append, now=NOW, background=20)

    with seeded_once(django_db_blocker, media, make) as made:
        yield made


@pytest.fixture
def halyard(seeded: Seeded, db: None, settings: Any, media: Path, fresh: None) -> Iterator[Community]:
    settings.MEDIA_ROOT = media
    with community_scope(seeded.community):
        yield seeded.community


def somebody(handle: str) -> Membership:
    return Membership.objects.get(handle=handle)


def test_halyard_is_in_the_middle_of_its_plan(halyard: Community) -> None:
    stages = list(Stage.objects.in_order())

    assert [stage.state for stage in stages] == ["open", "open", "open", "closed", "closed"]
    assert [stage.audience for stage in stages] == ["team", "ambassadors", "wave", "waiting", "everyone"]
    opened = [(NOW.date() - stage.opened_at.date()).days for stage in stages if stage.opened_at]
    assert opened == [82, 61, 28]
    assert stages[3].planned_for == datetime.datetime(2026, 12, 4, 10, tzinfo=datetime.UTC)
    assert (stages[3].share, stages[3].criteria["ambassadors"]) == (50, 8)
    hows = StageOpening.objects.order_by("opened_at").values_list("how", "opened_by__handle")
    assert list(hows) == [("hand", "nora"), ("date", None), ("hand", "nora")]


def test_members_are_inside_and_visitors_wait(halyard: Community) -> None:
    member, ambassador = somebody("jonas"), somebody("petra")

    assert all(is_open(halyard, one, "forums") for one in (member, ambassador, somebody("rafe")))
    assert is_open(halyard, member, "uploads")
    assert is_open(halyard, member, "polls")
    assert not is_open(halyard, None, "polls")
    assert not is_open(halyard, member, "invitations")
    assert not is_open(halyard, None, "forums")
    assert is_open(halyard, None, "blogs")
    assert is_open(halyard, None, "waiting_list")
    assert not joining_is_open(halyard)
    outside = Membership.objects.active().filter(role="member", stage_ids=[])
    assert not outside.exists()


def test_who_waits_and_who_was_invited_hears_of_it_no_more(halyard: Community) -> None:
    waiting = list(WaitingPlace.objects.waiting())
    came = Invitation.objects.filter(state=Invitation.State.ACCEPTED).select_related("accepted_by", "wave")

    assert [place.number for place in waiting] == list(range(1, 61))
    assert [place.asked_at for place in waiting] == sorted(place.asked_at for place in waiting)
    assert Wave.objects.count() == 8
    assert Invitation.objects.count() == 64
    assert came.exists()
    assert all(one.wave.sent_at < one.accepted_at == one.accepted_by.joined_at for one in came)
    assert not Invitation.objects.filter(mail_due_at__isnull=False).exists()
    assert not WaitingPlace.objects.filter(mail_due_at__isnull=False).exists()


def test_the_log_is_in_the_order_of_its_days(halyard: Community) -> None:
    lines = list(LaunchLogEntry.objects.order_by("pk"))

    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert lines[-1].at <= NOW
    paused = next(line for line in lines if line.act == LaunchLogEntry.Act.PAUSED)
    resumed = next(line for line in lines if line.act == LaunchLogEntry.Act.RESUMED)
    assert (paused.reason, resumed.at - paused.at) == ("mail provider down", datetime.timedelta(hours=6))


def test_says_what_was_made_and_what_no_part_is_called(halyard: Community, said: list[str]) -> None:
    line = next(line for line in said if "launch plan" in line)

    assert line.startswith("Halyard: launch plan with 3 of 5 stages open, 64 invitations sent in waves, 60 ")
    assert "private_messages" in line
    assert "forums" not in line


def test_a_plan_that_somebody_changed_stays(halyard: Community) -> None:
    lines = LaunchLogEntry.objects.count()
    Stage.objects.filter(name="Everyone").delete()

    seed_community(without_texts("halyard"), now=NOW, background=20)

    with community_scope(halyard):
        assert Stage.objects.count() == 4
        assert LaunchLogEntry.objects.count() == lines
        assert WaitingPlace.objects.count() == 60


@pytest.mark.parametrize("slug", ["barreau", "mirabelle"])
def test_the_other_two_are_through_and_open_to_all(db: None, slug: str) -> None:
    community = seed_community(without_texts(slug), now=NOW, background=0).community

    with community_scope(community):
        assert {stage.state for stage in Stage.objects.all()} == {"open"}
        assert joining_is_open(community)
        assert all(
            is_open(community, None, feature)
            for feature in ("blogs", "forums", "search", "questions", "polls")
        )


def test_a_visitor_of_halyard_is_led_to_the_waiting_list(halyard: Community, client: Client) -> None:
    door = client.get("/c/halyard/join/")

    assert client.get("/c/halyard/").status_code == 200
    assert 'action="/c/halyard/waiting-list/"' in door.content.decode()
    assert client.get("/c/halyard/forums/").status_code == 404
    assert client.get("/c/halyard/blogs/").status_code == 200


@pytest.mark.parametrize("slug", SLUGS)
def test_the_files_name_parts_and_gauges_that_exist(slug: str) -> None:
    plan = read_brand(slug).community["launch_plan"]

    assert all(part in FEATURES for part in parts().values())
    assert {gauge for stage in plan for gauge in stage.get("gauges", {})} <= GAUGES.keys()
    assert {stage["opens_to"] for stage in plan} <= set(Stage.Audience.values)
    assert [stage["stage"] for stage in plan] == [1, 2, 3, 4, 5]
