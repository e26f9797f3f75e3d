"""Two windows of one applicant, two managers, an application and another end of the call: real connections, and the
control with the lock off."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from communities.calls import applying
from communities.calls.applying import save_application
from communities.calls.deciding import move_application
from communities.calls.exceptions import ApplicationChanged, MovedMeanwhile
from communities.calls.models import Application, Step
from communities.models import Membership
from communities.scoping import community_scope
from tests.communities.calls.making import again, apply, close, make_call, of, said
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def two_windows() -> tuple[list[object], int]:
    cast = make_cast()
    with cast.scope():
        call = make_call(cast)

    def act(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=cast.member.pk)
            return save_application(again(call), said(f"Window {number}"), by=by, send=True).pk

    answers = at_once(2, act)
    with cast.scope():
        return answers, Application.objects.count()


def test_two_windows_of_one_applicant_make_one_application() -> None:
    answers, rows = two_windows()
    assert rows == 1
    assert sum(isinstance(answer, ApplicationChanged) for answer in answers) == 1, answers


def test_control_without_the_lock_the_key_holds_and_somebody_sees_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applying, "held_call", lambda call, **_options: call)
    answers, rows = two_windows()
    assert rows == 1
    assert any(isinstance(answer, IntegrityError | ApplicationChanged) for answer in answers), answers


def test_of_two_managers_at_once_one_decides() -> None:
    cast = make_cast()
    with cast.scope():
        call = make_call(cast)
        sent = apply(call, by=cast.member)
        close(call)
    managers, states = [cast.manager, cast.owner], ["selected", "refused"]

    def act(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=managers[number].pk)
            return move_application(of(sent), states[number], words="So it is.", by=by, seen="sent").state

    answers = at_once(2, act)
    assert sum(isinstance(answer, MovedMeanwhile) for answer in answers) == 1, answers
    with cast.scope():
        decided = [answer for answer in answers if isinstance(answer, str)]
        assert [Application.objects.get().state] == decided
        assert Step.objects.exclude(state="sent").count() == 1
