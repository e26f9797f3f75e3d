"""Refusals and failures are pages of the community, cost no query, and quote a reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from communities.models import Community, Membership
from config import error_views
from config.logs import request_id

PAGES = {
    400: error_views.refuse_request,
    403: error_views.refuse_person,
    404: error_views.show_not_found,
    409: error_views.refuse_conflict,
    410: error_views.show_gone,
    413: error_views.refuse_size,
    500: error_views.show_failure,
    503: error_views.show_unavailable,
}


@pytest.fixture(autouse=True)
def known_id() -> Iterator[None]:
    token = request_id.set("7c1e9a02aa")
    yield
    request_id.reset(token)


def asked(path: str = "/somewhere/", **attributes: Any) -> HttpRequest:
    request = RequestFactory().get(path)
    request.community = None
    for name, value in attributes.items():
        setattr(request, name, value)
    return request


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize("branded", [True, False])
def test_each_page_is_in_the_look_of_the_place_and_asks_the_database_nothing(
    status: int, branded: bool
) -> None:
    """No `db` mark: a query would fail the test."""
    community = Community(slug="halyard", name="Halyard") if branded else None
    response = PAGES[status](asked(community=community))
    page = response.content.decode()
    assert response.status_code == status
    assert f"{status}-7c1e9a02" in page
    assert ('data-community="halyard"' in page) is branded
    assert response["Cache-Control"] == "private, no-store"


def test_whoever_is_signed_in_is_not_asked_to_sign_in() -> None:
    community = Community(slug="halyard", name="Halyard")
    lost = error_views.show_not_found(asked(community=community, membership=None))
    assert "Sign in" in lost.content.decode()
    member = Membership(community=community, role="member")
    lost = error_views.show_not_found(asked(community=community, membership=member))
    assert "Sign in" not in lost.content.decode()


def test_too_fast_says_when_to_come_back() -> None:
    response = error_views.refuse_speed(asked(), seconds=30)
    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert "Try again in 30 seconds." in response.content.decode()


def test_an_old_form_leads_back_to_its_own_page_and_nowhere_else() -> None:
    request = RequestFactory().post("/sent/", HTTP_REFERER="http://testserver/form/")
    assert 'href="http://testserver/form/"' in error_views.refuse_csrf(request).content.decode()
    request = RequestFactory().post("/sent/", HTTP_REFERER="http://elsewhere.example/form/")
    page = error_views.refuse_csrf(request).content.decode()
    assert "elsewhere.example" not in page


def test_the_last_page_stands_even_when_its_template_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_context: object) -> str:
        raise RuntimeError("template")

    monkeypatch.setattr(error_views, "render_to_string", fail)
    response = error_views.show_failure(asked())
    assert (response.status_code, response["Content-Type"]) == (500, "text/plain; charset=utf-8")
