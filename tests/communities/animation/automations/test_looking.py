"""How often states are asked for: as seldom as what they last allows where there is nothing, soon where there is."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.animation.automations import looking
from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.tasks import look_for_states
from communities.content.models import Thread
from tests.communities.animation.automations.making import make
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def look(here: Cast) -> Automation:
    """As where an hour has passed since the look before."""
    with here.scope():
        now = timezone.now()
        Automation.objects.update(on_since=now - DAY, looked_until=now - HOUR, look_at=now)
    assert look_for_states() == 1
    # Its turn is over, for whoever asks for it a moment later.
    assert look_for_states() == 0
    with here.scope():
        return Automation.objects.get()


@pytest.mark.parametrize(
    ("trigger", "values", "latest"),
    [
        ("unanswered", {"hours": 1}, 5 * MINUTE),
        ("unanswered", {"hours": 24}, HOUR),
        ("inactive", {"days": 60}, 6 * HOUR),
    ],
)
def test_where_nothing_is_found_it_is_asked_again_as_the_state_lasts(
    here: Cast, trigger: str, values: dict[str, int], latest: datetime.timedelta
) -> None:
    """Not each five minutes in each place; never later than a 24th of what was asked for."""
    make(here, trigger, "tell", trigger_values=values, to=here.moderator)
    asked = look(here)
    assert asked.look_at is not None
    assert asked.looked_until is not None
    assert latest * 0.7 <= asked.look_at - asked.looked_until <= latest
    with here.scope():
        assert not Firing.objects.exists()
        if trigger == "inactive":
            make_membership(seen_at=timezone.now() - 60 * DAY - MINUTE)
        else:
            thread = make_thread(by=here.member, kind="question")
            before = timezone.now() - values["hours"] * HOUR - MINUTE
            Thread.objects.filter(pk=thread.pk).update(published_at=before)
    found = look(here)
    with here.scope():
        assert Firing.objects.count() == 1
    assert found.look_at is not None
    assert found.looked_until is not None
    assert found.look_at - found.looked_until == looking.EVERY
