"""What the sweep of bad input leaves out: only what a page cannot tell apart from what it was sent before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.test import RequestFactory

from tests.sweeps.hostility import spoilt_alone
from tests.sweeps.noting import LARGE, Notes, noting

FORM = "application/x-www-form-urlencoded"
ONE = {"name": (b"a",), "other": (b"b",)}
OTHER_NAME = {**ONE, "name": (b"\x00",)}
OTHER_REST = {**ONE, "other": (b"\x00",)}


class Named(forms.Form):
    name = forms.CharField()


def asked(read: Callable[[HttpRequest], Any], path: str = "/?name=a&other=b") -> Notes:
    with noting() as notes:
        read(RequestFactory().post(path, b"name=a&other=b", content_type=FORM))
    return notes


@pytest.mark.parametrize(
    "read",
    [
        lambda request: request.POST["name"],
        lambda request: request.POST.get("name"),
        lambda request: request.POST.getlist("name"),
        lambda request: "name" in request.POST,
        lambda request: Named(request.POST).is_valid(),
    ],
)
def test_who_reads_a_name_is_sent_all_that_differs_there(read: Callable[[HttpRequest], Any]) -> None:
    seen = asked(read).form
    assert seen.names == {"name"}
    assert seen.tells_apart(ONE, OTHER_NAME)
    assert seen.tells_apart(ONE, {})
    assert seen.tells_apart(ONE, {name: values * 2 for name, values in ONE.items()})
    assert not seen.tells_apart(ONE, OTHER_REST)


@pytest.mark.parametrize(
    "read",
    [
        lambda request: list(request.POST),
        lambda request: bool(request.POST),
        lambda request: dict(request.POST),
        lambda request: {**request.POST},
        lambda request: request.POST.copy(),
        lambda request: request.POST.dict(),
        lambda request: request.POST.urlencode(),
        lambda request: list(request.POST.items()),
        lambda request: list(request.POST.values()),
        lambda request: list(request.POST.lists()),
        lambda request: request.body,
        lambda request: request.read(),
    ],
)
def test_who_reads_all_is_sent_all(read: Callable[[HttpRequest], Any]) -> None:
    seen = asked(read).form
    assert seen.tells_apart(ONE, OTHER_NAME)
    assert seen.tells_apart(ONE, OTHER_REST)
    assert not seen.tells_apart(ONE, dict(ONE)), "the same twice"


def test_who_opens_a_form_is_sent_a_large_one_whatever_it_holds() -> None:
    large = {"else": (b"m" * (LARGE + 1),)}
    assert asked(lambda request: request.POST).form.tells_apart({}, large)
    assert not asked(lambda request: request.GET["name"]).form.tells_apart({}, large)


def test_a_query_and_a_form_are_noted_apart() -> None:
    seen = asked(lambda request: (request.GET["other"], request.POST["name"]))
    assert (seen.query.names, seen.form.names) == ({"other"}, {"name"})
    assert not seen.query.opened
    nothing = asked(lambda request: request.path)
    assert not nothing.query.tells_apart(ONE, {})
    assert not nothing.form.tells_apart(ONE, {})


class Dated(Named):
    day = forms.DateField()
    amount = forms.IntegerField(max_value=9)

    def clean(self) -> dict[str, Any]:
        self.add_error("name", "Not on such a day.")
        return self.cleaned_data


def test_fields_that_refuse_by_themselves_are_noted_and_no_others() -> None:
    def read(request: HttpRequest) -> None:
        form = Dated({"x-name": "a", "x-day": "1", "x-amount": "7"}, prefix="x")
        assert set(form.errors) == {"day", "name"}

    assert asked(read).refused == {"x-day"}


def test_what_is_refused_in_company_is_not_sent_alone() -> None:
    fields = {"title": "Jib", "day": "2026-11-30", "row-1": "a", "row-2": "b", "row-3": "c"}
    all_alone = {what for what, _sent in spoilt_alone(fields, {})}
    assert {"title: nul", "title: huge number", "day: last day", "row-1: nul", "row-3: nul"} <= all_alone
    assert not any(what.startswith("row-2") for what in all_alone)
    left = {what for what, _sent in spoilt_alone(fields, {"nul": {"title", "day"}, "last day": {"day"}})}
    assert all_alone - left == {"title: nul", "day: nul", "day: last day"}


def test_nothing_is_noted_afterwards() -> None:
    notes = asked(lambda request: request.path)
    request = RequestFactory().post("/?name=a", b"name=a", content_type=FORM)
    assert (request.GET["name"], request.POST["name"], request.body) == ("a", "a", b"name=a")
    assert notes.query.names == notes.form.names == set()
