"""Each step of the checklist is ticked by what is true."""

from __future__ import annotations

import pytest

from communities.launch.models import Stage, Wave
from communities.launch.services import invite_into_team, send_wave
from communities.models import Community, Membership
from communities.setup import steps
from tests.communities.console.place.conftest import make_ready
from tests.communities.launch.conftest import LEGAL, make_plan, refresh
from tests.conftest import Cast
from tests.factories import make_space, make_thread

pytestmark = pytest.mark.django_db

REGISTERED = {step.name: step for step in steps}


def facts(cast: Cast) -> dict[str, tuple[bool, str]]:
    refresh(cast)
    with cast.scope():
        checks = {name: step.check(cast.community) for name, step in REGISTERED.items()}
        return {name: (check.done, check.fact) for name, check in checks.items()}


def test_steps_are_ticked_by_what_is_true(here: Cast) -> None:
    before = facts(here)
    assert [name for name, (done, _fact) in before.items() if done] == ["spaces", "team"]
    assert before["first_texts"] == (False, "Rigging, Journal are empty.")
    assert before["identity"][1].startswith("Missing: Publisher")
    make_ready(here)
    with here.scope():
        Membership.objects.team().exclude(pk=here.owner.pk).update(role="member")
    Community.objects.filter(pk=here.community.pk).update(
        theme={"hue": 20, "chroma": 0.1, "lightness": 0.4}, logo="public/brands/x/full.webp"
    )
    make_plan(here, ("wave", ["forums"]), opened=0)
    after = facts(here)
    assert after["brand.look"] == (True, "Colour #742d31, with a logo")
    assert after["identity"] == (True, LEGAL["publisher"])
    assert after["rules"][1].startswith("version 1, since ")
    assert after["first_texts"] == (True, "Each space that begins with a text has one")
    assert after["team"][0] is False
    assert after["first-stage"] == (True, "“Stage 1” is ready to open")
    assert after["first-wave"] == (False, "Nobody has been invited yet.")


def test_a_wave_counts_once_it_is_sent(here: Cast) -> None:
    (stage,) = make_plan(here, ("wave", ["forums"]), opened=1)
    with here.scope():
        wave = Wave.objects.create(
            stage=Stage.objects.get(pk=stage.pk), name="Crew", addresses=["a@example.org", "b@example.org"]
        )
    assert facts(here)["first-wave"] == (
        False,
        "2 people are chosen. Their invitation has not been sent.",
    )
    with here.scope():
        send_wave(wave, by=here.manager)
    assert facts(here)["first-wave"] == (True, "2 invitations sent")


def test_who_is_called_into_the_team_is_no_wave(here: Cast) -> None:
    with here.scope():
        invite_into_team("hanna@example.org", by=here.owner, role="moderator")
    assert facts(here)["first-wave"] == (False, "Nobody has been invited yet.")


def test_each_visible_space_needs_a_text(here: Cast) -> None:
    make_ready(here)
    assert facts(here)["first_texts"][0]
    with here.scope():
        make_space(name="Harbour guide", slug="harbour")
        make_space(name="Office", slug="office", audience="team")
        make_space(name="Attic", slug="attic", archived=True)
        # What members bring, or its day, is waited for by nobody who opens a place.
        for number, kind in enumerate(("reviews", "photos", "ideas", "events", "contests")):
            make_space(name=f"Shelf {number}", slug=f"shelf-{number}", kind=kind)
    assert facts(here)["first_texts"] == (False, "Harbour guide is empty.")
    # A part that the community does not have asks for nothing.
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    assert facts(here)["first_texts"][0]


def test_a_space_of_a_role_is_filled_by_what_only_the_role_reads(here: Cast) -> None:
    with here.scope():
        space = make_space(
            name="Bridge", slug="bridge", audience="roles", let_in={"read": {"roles": ["ambassador"]}}
        )
        for place in (here.forum, here.blog, space):
            make_thread(place, by=here.owner)
    assert facts(here)["first_texts"] == (True, "Each space that begins with a text has one")
