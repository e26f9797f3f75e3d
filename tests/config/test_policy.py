"""The content security policy: one text for all answers that want no other, and theirs for those that do."""

from __future__ import annotations

from typing import Any

import pytest
from csp.decorators import csp, csp_exempt, csp_update
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.middleware import PolicyMiddleware

HEADER = "Content-Security-Policy"


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("as it is")


def with_nonce(request: Any) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))


@csp_update({"img-src": ["https://pictures.example"]})
def updated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pictures of others")


@csp_exempt()
def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("none")


@csp({"default-src": ["'none'"]}, REPORT_ONLY=True)
def watched(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reported")


def test_a_policy_that_is_only_reported_is_sent_beside_it(rf: RequestFactory) -> None:
    ours, theirs = (middleware(watched)(rf.get("/")) for middleware in (PolicyMiddleware, CSPMiddleware))
    reported = [one.headers[f"{HEADER}-Report-Only"] for one in (ours, theirs)]
    assert "default-src 'none'" in reported[0]
    assert _parts(reported[0]) == _parts(reported[1])


@pytest.mark.parametrize("view", [plain, with_nonce, updated, exempt])
def test_an_answer_has_the_policy_that_the_library_gives_it(view: Any, rf: RequestFactory) -> None:
    ours, theirs = (middleware(view)(rf.get("/")) for middleware in (PolicyMiddleware, CSPMiddleware))
    assert HEADER in ours.headers or view is exempt
    policies = [one.headers.get(HEADER, "") for one in (ours, theirs)]
    if view is with_nonce:
        assert all(f"'nonce-{one.content.decode()}'" in one.headers[HEADER] for one in (ours, theirs))
        policies = [
            policy.replace(one.content.decode(), "")
            for policy, one in zip(policies, (ours, theirs), strict=True)
        ]
    assert _parts(policies[0]) == _parts(policies[1])


def test_who_asks_for_a_nonce_too_late_is_told(rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    PolicyMiddleware(plain)(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)


def _parts(policy: str) -> set[str]:
    """The library writes them in any order."""
    return {part.strip() for part in policy.split(";")}
