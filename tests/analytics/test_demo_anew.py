"""The demo's results made anew: what the command says of them, and that the dice fall as ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from analytics.demo.money import settle_rates
from analytics.demo.offers import settle_offers
from analytics.demo.orders import settle_orders
from analytics.demo.story import Story
from analytics.roi.models import Click, ImportRun, Order
from communities.demo import loading
from communities.demo.scene import Scene
from communities.scoping import community_scope
from tests.analytics.small_demo import make_small_and_quick, seed, small


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


@pytest.mark.django_db
def test_the_command_says_in_one_line_what_it_did(
    monkeypatch: pytest.MonkeyPatch, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    monkeypatch.setattr(loading, "SLUGS", ("halyard",))
    monkeypatch.setattr(loading, "read_brand", small)
    call_command("seed_demo")
    lines = [line for line in capsys.readouterr().out.splitlines() if "results:" in line]
    assert len(lines) == 1
    assert "contacts" in lines[0]
    assert "orders" in lines[0]


@pytest.mark.django_db
def test_the_dice_fall_the_same_way_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    scenes: list[Scene] = []
    monkeypatch.setattr(loading, "add_parts", lambda scene, say: scenes.append(scene))
    seed("halyard")
    story = Story.of(scenes[0])

    def told() -> list[tuple[object, ...]]:
        with community_scope(story.community):
            settle_rates(story)
            settle_offers(story)
            settle_orders(story)
            facts = ("external_id", "placed_at", "net_minor", "matched_by", "membership_id", "click_number")
            found = list(Order.objects.order_by("external_id").values_list(*facts))
            for model in (Click, Order, ImportRun):
                model.objects.all().delete()
        return found

    first = told()
    assert len(first) > 271
    assert told() == first
