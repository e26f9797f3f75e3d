"""Pieces of pages are kept only where they are the same for every request."""

from __future__ import annotations

from typing import Any

import pytest
from django import template
from django.template import engines
from django.test import RequestFactory

from communities.memory import forget_all
from communities.templatetags import shell
from communities.templatetags.shell import NotAlone, Strictness, kept_piece, kept_section
from tests.conftest import Cast

TEMPLATES = {
    "plain.html": "<p>{{ word }}</p>",
    "address.html": "<a href='{{ here }}'>{{ word }}</a>",
    "form.html": "<form>{% csrf_token %}{{ word }}</form>",
}


@pytest.fixture
def context(here: Cast) -> Any:
    """As a page has it; its templates are those above."""
    engine = template.Engine(
        loaders=[("django.template.loaders.locmem.Loader", TEMPLATES)],
        builtins=engines["django"].engine.builtins,
    )
    request = RequestFactory().get("/somewhere/?page=2")
    made = template.Context({
        "community": here.community, "open_features": frozenset(), "request": request,
        "csrf_token": "a token", "word": "rope",
    })  # fmt: skip
    made.template = engine.get_template("plain.html")
    forget_all()
    return made


@pytest.mark.parametrize("keep", [kept_piece, kept_section])
def test_what_is_the_same_for_all_is_kept(context: Any, keep: Any) -> None:
    assert keep(context, "plain.html", 1) == "<p>rope</p>"
    context["word"] = "cord"
    assert keep(context, "plain.html", 1) == "<p>rope</p>"
    assert keep(context, "plain.html", 2) == "<p>cord</p>"


def test_sections_take_no_place_from_lines(context: Any) -> None:
    kept_section(context, "plain.html", 1)
    assert len(shell._sections._kept) == 1
    assert len(shell._pieces._kept) == 0
    assert shell._sections._size < shell._pieces._size


@pytest.mark.parametrize("name", ["address.html", "form.html"])
def test_what_is_of_one_request_raises_in_tests(context: Any, name: str) -> None:
    with pytest.raises(NotAlone, match=name):
        kept_piece(context, name)


@pytest.mark.parametrize(
    ("name", "shown"), [("address.html", "/somewhere/?page=2"), ("form.html", "a token")]
)
def test_and_is_not_kept_elsewhere(
    context: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, shown: str
) -> None:
    monkeypatch.setattr(Strictness, "is_strict", False)
    said = kept_piece(context, name)
    assert shown in said
    assert "\ue000" not in said
    assert not shell._pieces._kept
    assert "a piece is not kept" in caplog.text
