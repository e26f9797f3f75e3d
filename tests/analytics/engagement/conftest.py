from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

import pytest

from analytics.engagement.models import MemberDay
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_membership

Was = Callable[..., Membership]


@pytest.fixture
def was(here: Cast) -> Was:
    """`was(days)`: a new member who was here on these days; with numbers, that many contributions on each."""

    def make(
        days: Iterable[datetime.date], contributions: int = 0, joined: datetime.date | None = None
    ) -> Membership:
        days = list(days)
        on = joined or (min(days) if days else datetime.date(2020, 1, 1))
        noon = datetime.datetime.combine(on, datetime.time(12), here.community.zone)
        membership = make_membership(joined_at=noon)
        for day in days:
            # A second visit on the same day must not count twice.
            row, _made = MemberDay.objects.get_or_create(day=day, person=membership.pk, defaults={"views": 1})
            MemberDay.objects.filter(person=row.person, day=day).update(contributions=contributions)
        return membership

    return make
