"""What somebody sent while their session had ended: kept until they are signed in again, so nothing typed is lost."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

_KEY = "unsent"
# Fields that name the sending, not the text.
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "submission"})
_LONGEST = 110_000  # characters, all fields together
_MOST_FIELDS = 20


def ask_to_sign_in(request: HttpRequest, back: str) -> HttpResponseRedirect:
    """Keep the fields of this POST, if any, and redirect to signing in or joining."""
    if request.method == "POST":
        request.session[_KEY] = {"path": request.path, "fields": _kept_fields(request)}
    name = "launch:join-community" if request.user.is_authenticated else "account_login"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}")


def _kept_fields(request: HttpRequest) -> dict[str, str]:
    """No more than a form of ours holds: anybody may send this, and it is stored."""
    kept: dict[str, str] = {}
    room = _LONGEST
    for name in list(request.POST)[:_MOST_FIELDS]:
        value = request.POST.get(name, "")
        if name not in _NOT_KEPT and len(name) + len(value) <= room:
            kept[name] = value
            room -= len(name) + len(value)
    return kept


def unsent_fields(request: HttpRequest, path: str) -> dict[str, str]:
    """What was typed for this address before the session ended; for the initial values of its form."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or kept.get("path") != path:
        return {}
    fields: dict[str, str] = kept["fields"]
    return fields


def forget_unsent(request: HttpRequest) -> None:
    """After the text has been stored."""
    request.session.pop(_KEY, None)
