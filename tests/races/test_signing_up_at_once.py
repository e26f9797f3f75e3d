"""Two sign-ups with one new address at the same moment: one joins, the other is told, and no log says the address."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from communities.launch import forms
from communities.models import Membership
from members.models import Member
from members.services import person_for, prove_address
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "ines.leroux@example.org"


def meet_before_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen that nobody has the address."""
    gate = threading.Barrier(2)
    save = forms.JoinForm.save

    def together(form: Any, request: Any) -> Any:
        gate.wait(timeout=60)
        return save(form, request)

    monkeypatch.setattr(forms.JoinForm, "save", together)


def test_one_joins_and_one_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    cast = make_cast()
    meet_before_saving(monkeypatch)
    caplog.set_level(logging.INFO)

    def join(number: int) -> Any:
        said = {"email": ADDRESS, "display_name": f"Ines {number}", "rules": "on"}
        return Client(raise_request_exception=False).post(cast.url("/join/"), said)

    answers = at_once(2, join)
    assert sorted(answer.status_code for answer in answers) == [302, 422], answers
    (told,) = [answer.content.decode() for answer in answers if answer.status_code == 422]
    assert "Somebody is joining with this address right now." in told
    assert f'value="{ADDRESS}"' in told
    (person,) = Member.objects.filter(email=ADDRESS)
    with cast.scope():
        assert Membership.objects.filter(member=person).count() == 1
    assert ADDRESS not in caplog.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_control_looking_first_does_not_keep_an_address_free() -> None:
    asked = threading.Barrier(2)

    def sign_up(_number: int) -> int:
        assert not Member.objects.filter(email=ADDRESS).exists()
        asked.wait(timeout=60)
        return Member.objects.create_user(ADDRESS).pk

    answers = at_once(2, sign_up)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1, answers


def test_links_of_two_places_that_are_opened_at_once_lead_to_one_account() -> None:
    answers = at_once(4, lambda _number: prove_address(ADDRESS).pk)
    assert answers == [Member.objects.get(email=ADDRESS).pk] * 4
    assert person_for(ADDRESS)[1] is False
