"""Acts of days are kept for 400 days, here and nowhere else."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.animation import tasks
from communities.animation.models import HANDLING_KEPT, Handling
from communities.animation.today import forgetting
from communities.queries import communities_by_question
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def note(here: Cast, key: str, age: datetime.timedelta) -> None:
    with here.scope():
        Handling.objects.create(
            source="greetings", key=key, number=1, act="done", by=here.owner, at=timezone.now() - age
        )


def left(here: Cast) -> list[str]:
    with here.scope():
        return list(Handling.objects.order_by("key").values_list("key", flat=True))


def test_what_is_old_goes_and_what_is_not_stays(here: Cast, elsewhere: Cast) -> None:
    note(here, "1", HANDLING_KEPT + DAY)
    note(here, "2", HANDLING_KEPT - DAY)
    note(elsewhere, "3", HANDLING_KEPT - DAY)
    before = timezone.now() - HANDLING_KEPT
    assert list(communities_by_question("select communities_with_old_handlings(%s)", [before])) == [
        here.community.pk
    ]
    assert tasks.forget_old_handlings() == 1
    assert (left(here), left(elsewhere)) == (["2"], ["3"])
    assert tasks.forget_old_handlings() == 0


def test_much_goes_part_by_part(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_MOST", 2)
    for number in range(3):
        note(here, str(number), HANDLING_KEPT + (3 - number) * DAY)
    assert tasks.forget_old_handlings() == 2
    assert left(here) == ["2"]
    assert tasks.forget_old_handlings() == 1
