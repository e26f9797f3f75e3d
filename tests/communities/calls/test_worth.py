"""What the applications of a call come to is kept with each of them, and is what a recount finds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Count, F, Q, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.calls.applying import delete_applications_of, move_applications, take_back
from communities.calls.deciding import Plan, plan_application
from communities.calls.models import Application, Call, Worth
from communities.calls.queries import worth_of
from communities.calls.services import remove_call
from communities.models import Membership
from members.personal import Departure, Leaver
from tests.communities.calls.making import again, apply, close, make_call, move, of
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db
State = Application.State


def recounted(call: Call) -> dict[str, Any]:
    """From the rows themselves, as pages did before."""
    value = F("expected") * F("chance") / Decimal(100)
    open_ones = Q(state__in=[State.SELECTED, State.AGREED])
    found = Application.objects.filter(call=call, sent_at__isnull=False).aggregate(
        sent=Count("pk"),
        chosen=Count("pk", filter=Q(state__in=Application.CHOSEN)),
        expected=Sum(value, filter=open_ones),
        actual=Sum("actual", filter=Q(state=State.DELIVERED)),
    )
    return {name: amount or 0 for name, amount in found.items()}


def kept(call: Call) -> dict[str, Any]:
    return worth_of([call]).get(call.pk, dict.fromkeys(("sent", "chosen", "expected", "actual"), 0))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_to_applications_their_sums_are_those_of_a_recount(here: Cast, data: Any) -> None:
    with here.scope():
        call = make_call(here)
        people = [here.member, here.ambassador, make_membership(), make_membership()]
        for person in people:
            application = apply(call, by=person, send=data.draw(st.booleans()))
            if application.sent_at is not None and data.draw(st.integers(0, 3)) == 0:
                take_back(application, by=person)
            assert kept(call) == recounted(call)
        close(call)
        for _step in range(data.draw(st.integers(0, 8))):
            application = of(data.draw(st.sampled_from(list(Application.objects.order_by("pk")))))
            if application.next_states and data.draw(st.booleans()):
                move(application, data.draw(st.sampled_from(application.next_states)), by=here.manager)
            elif application.is_chosen:
                amount = st.none() | st.decimals(0, 9999, places=2)
                plan = Plan(
                    expected=data.draw(amount),
                    chance=data.draw(st.integers(0, 100)),
                    actual=data.draw(amount),
                )
                plan_application(application, plan, by=here.manager)
            assert kept(call) == recounted(call)
        for person in people[: data.draw(st.integers(0, 2))]:
            Application.objects.filter(applicant=person).delete()
        assert kept(call) == recounted(call)
        Application.objects.all().delete()
        assert kept(call) == recounted(call)
        call.delete()
        assert not Worth.objects.exists()


def test_who_leaves_and_who_becomes_one_take_their_part_along(here: Cast) -> None:
    with here.scope():
        calls = [make_call(here, title=title) for title in ("Blocks", "Cleats")]
        other = make_membership()
        for call in calls:
            for person in (here.member, other):
                apply(call, by=person)
        assert [kept(call)["sent"] for call in calls] == [2, 2]
        move_applications(here.member.pk, other.pk)
        assert [kept(call)["sent"] for call in calls] == [1, 1]
        leaver = Leaver(here.member.pk, Departure.LEAVING)
        assert delete_applications_of(leaver, 10) == 2
        assert [kept(call)["sent"] for call in calls] == [0, 0]
        assert worth_of(calls) == {}, "nothing is said of a call to which none was sent"
        remove_call(again(calls[0]), by=Membership.objects.get(pk=here.manager.pk))
        assert list(Worth.objects.values_list("call", flat=True)) == [calls[1].pk]
