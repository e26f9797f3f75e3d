"""Two memberships of one person become one: what the welcome desk knows of both."""

from __future__ import annotations

import pytest
from django.utils import timezone

from communities.animation.models import Introduction, Welcome
from communities.models import Membership
from communities.people.merging import merge_memberships
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(here: Cast) -> Membership:
    """The second membership of the person behind `here.member`."""
    with here.scope():
        return make_membership(handle="second", display_name="Second")


@pytest.mark.parametrize("first", ["newcomer", "person"])
def test_who_was_introduced_to_themselves_can_be_merged(here: Cast, other: Membership, first: str) -> None:
    with here.scope():
        pair = (other, here.member) if first == "newcomer" else (here.member, other)
        third = make_membership()
        Introduction.objects.create(newcomer=pair[0], person=pair[1], by=here.manager)
        for one in (other, here.member):
            Introduction.objects.create(newcomer=one, person=third, by=here.manager)
        merge_memberships(here.member, other, by=here.owner)
        assert list(Introduction.objects.values_list("newcomer", "person")) == [(here.member.pk, third.pk)]


def test_who_was_reminded_once_is_never_again(here: Cast, other: Membership) -> None:
    with here.scope():
        at = timezone.now()
        Welcome.objects.create(membership=here.member, greeted_at=at, greeted_by=here.owner, words="Hello.")
        Welcome.objects.create(
            membership=other, greeted_at=at, words="Hi.", nudged_at=at, nudged_by=here.manager, nudge="Well?"
        )
        merge_memberships(here.member, other, by=here.owner)
        welcome = Welcome.objects.get()
        assert (welcome.membership_id, welcome.words) == (here.member.pk, "Hello.")
        assert (welcome.nudge, welcome.nudged_by_id) == ("Well?", here.manager.pk)
