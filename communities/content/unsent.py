"""What somebody typed and has not sent: in the session where theirs had ended, in a row of their own otherwise."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import get_script_prefix, reverse

from communities.content.addresses import to_shown
from communities.content.models import UnsentText
from communities.content.services.keeping_unsent import forget_sent

_KEY = "unsent"
# In the address of a page with a form: the unsent text that is taken up there.
TAKEN_UP = "unsent"
# Fields that name the sending or the way, not the text.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "submission", "unsent", "form_action", "written_on", "kept_row"})
# What goes along where a text is moved to another form.
MOVED = ("title", "body", "body_format", "tags", "excerpt")
_LONGEST = 110_000  # characters, all fields together
_MOST_FIELDS = 20


def ask_to_sign_in(request: HttpRequest, back: str, *, path: str = "") -> HttpResponseRedirect:
    """Keep the fields of this POST, if any, and redirect to signing in or joining.

    `path` is where they were to be sent, where that is not the address of this request.
    """
    if request.method == "POST":
        request.session[_KEY] = {"path": (path or request.path)[:500], "fields": _kept_fields(request)}
    name = "launch:join-community" if request.user.is_authenticated else "account_login"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}")


def _kept_fields(request: HttpRequest) -> dict[str, str]:
    """No more than a form of ours holds: anybody may send this, and it is stored."""
    kept: dict[str, str] = {}
    room = _LONGEST
    for name in list(request.POST)[:_MOST_FIELDS]:
        value = request.POST.get(name, "")
        if name not in NOT_KEPT and len(name) + len(value) <= room:
            kept[name] = value
            room -= len(name) + len(value)
    return kept


def unsent_fields(
    request: HttpRequest, path: str, *, about: str = "", begins: bool = False
) -> dict[str, str]:
    """What was typed for this address: before the session ended, or the unsent text that its page takes up; for the
    initial values of its form.

    `about` is what the form writes, as its key says: that stays, where a new title gave the thread another address.
    A form that `begins` a text also takes up the words of one that was typed elsewhere, where it has no place any more.
    """
    kept = request.session.get(_KEY)
    if isinstance(kept, dict) and kept.get("path") == path:
        fields: dict[str, str] = kept["fields"]
        return fields
    return _taken_up(request, path, about, begins)


def _taken_up(request: HttpRequest, path: str, about: str, begins: bool) -> dict[str, str]:
    number = request.GET.get(TAKEN_UP, "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return {}
    membership = cast("Any", request).membership
    unsent: UnsentText | None = UnsentText.objects.filter(pk=int(number), membership=membership).first()
    if unsent is None:
        return {}
    fields = shown_fields(unsent)
    if path != f"{get_script_prefix()}{unsent.path}" and (not about or about != unsent.about):
        if not begins:
            return {}
        fields = {name: fields[name] for name in MOVED if name in fields}
    return {**fields, "unsent": unsent.names}


def shown_fields(unsent: UnsentText) -> dict[str, str]:
    """The fields as their form had them, whatever way the community is reached now."""
    return {name: to_shown(value) if name == "body" else value for name, value in unsent.fields.items()}


def page_of(unsent: UnsentText) -> str:
    """Where one goes on with it: the page with its form, which takes it up."""
    page, _hash, place = unsent.page.partition("#")
    joint = "&" if "?" in page else "?"
    anchor = f"#{place}" if place else ""
    return f"{get_script_prefix()}{page}{joint}{TAKEN_UP}={unsent.pk}{anchor}"


def forget_unsent(request: HttpRequest, *, is_taken: bool = False) -> None:
    """After the text has been stored. What was kept under the number of its sending may have been taken with it."""
    request.session.pop(_KEY, None)
    membership = cast("Any", request).membership
    if membership is not None:
        forget_sent(
            membership,
            submission="" if is_taken else request.POST.get("submission", ""),
            number=request.POST.get("unsent", ""),
        )
