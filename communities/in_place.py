"""Acts in place: a press that htmx sends is answered by the block that it changed, never by a page within the page.

A view redirects, refuses or draws a page as it does for a plain form; what becomes of that for htmx is said here, once
for all views. One that has the block at hand answers by `answer_in_place`, which saves the second request.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

Handler = Callable[[HttpRequest], HttpResponse]

# What templates/base.html writes around what a press can change: the title, the bar with the bell or the rail with its
# counts, the page, what is said.
_PARTS = (
    (b"<title>", b"</title>"),
    (b'<header class="top">', b"</header>"),
    (b'<header class="rail">', b"</header>"),
    (b'<main id="main"', b"</main>"),
    (b'<div class="toasts"', b"</div></body>"),
)
_KEPT = ("Cache-Control", "Retry-After", "X-Robots-Tag", "HX-Trigger")
SIGN_IN = ("account_login", "launch:join-community")


def is_in_place(request: HttpRequest) -> bool:
    """Whether htmx asks: for the block of an act, or for what stands on a page after one."""
    return bool(getattr(request, "htmx", False))


def answer_in_place(
    request: HttpRequest, to: Any, *, block: Callable[[], str], target: str = ""
) -> HttpResponse:
    """The answer to an act: a redirect to `to`, and for htmx the block that `block` draws, in its new state.

    `target` says what it replaces, seen from what was pressed, as HX-Retarget does (`closest p`); without it, the block
    that what was pressed stands in. What the view said by a message is said at once.
    """
    if not is_in_place(request):
        return redirect(to)
    response = HttpResponse(block())
    if target:
        response.headers["HX-Retarget"] = target
    return _said_at_once(request, response)


def stay_in_place(request: HttpRequest, to: Any) -> HttpResponse:
    """The same, where what was pressed shows already what it did: nothing comes back but what the view said."""
    return _said_at_once(request, HttpResponse(status=204)) if is_in_place(request) else redirect(to)


def _said_at_once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    said = " ".join(str(message) for message in messages.get_messages(request))
    if said:
        response.headers["HX-Trigger"] = json.dumps({"toast": said})
    return response


def refuse_in_place(words: object, *, status: int) -> HttpResponse:
    """A refusal for htmx in one sentence, which stands beside what was pressed; what was typed stays where it is."""
    return HttpResponse(format_html("<p>{}</p>", words), status=status)


def say_done(request: HttpRequest, words: str, *, undo: str) -> None:
    """A message that says what was done, with a button that takes it back: `undo` is the address of a POST; empty for
    what stays."""
    messages.success(request, words, extra_tags=undo)


class InPlaceMiddleware:
    """What htmx gets of a redirect, of a refusal and of a whole page.

    A redirect becomes HX-Redirect, which a script reads and a browser does not follow by itself; one to signing in, the
    sentence that one is signed out. Of a page its title, bar, content and news are left, and a script takes the blocks
    that it needs.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_in_place(request) or response.streaming:
            return response
        if 300 <= response.status_code < 400 and response.has_header("Location"):
            return _onward(request, response)
        if response.get("Content-Type", "").startswith("text/html") and "Content-Encoding" not in response:
            response.content = within(response.content)
            response.headers.pop("Content-Length", None)
        return response


def within(page: bytes) -> bytes:
    """What can be replaced of a whole page; anything else as it is."""
    if page.lstrip()[:9].lower() != b"<!doctype":
        return page
    return b"".join(_between(page, *marks) for marks in _PARTS)


def _between(page: bytes, begin: bytes, end: bytes) -> bytes:
    start = page.find(begin)
    stop = page.find(end, start)
    return b"" if start < 0 or stop < 0 else page[start : stop + len(end)].removesuffix(b"</body>")


def _onward(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    to = response.headers["Location"]
    if request.method == "POST" and _asks_to_sign_in(request, to):
        return _signed_out(request, response, to)
    onward = HttpResponse(status=204, headers={"HX-Redirect": to})
    return _with_what_it_said(onward, response)


def _with_what_it_said(answer: HttpResponse, response: HttpResponse) -> HttpResponse:
    answer.cookies = response.cookies
    for name in _KEPT:
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _asks_to_sign_in(request: HttpRequest, to: str) -> bool:
    if getattr(request, "membership", None) is not None:
        return False
    return urlsplit(to).path in map(_address_of, SIGN_IN)


def _address_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        # The platform’s own pages have nothing to join.
        return ""


def _signed_out(request: HttpRequest, response: HttpResponse, to: str) -> HttpResponse:
    """401: nothing was done, and the way to sign in stands beside what was pressed."""
    way = f"{urlsplit(to).path}?{urlencode({'next': _page_of(request)})}"
    words = render_to_string("errors/signed_out.html", {"way": way})
    return _with_what_it_said(HttpResponse(words, status=401), response)


def pressed_on(request: HttpRequest) -> str:
    """The path of the page that something was pressed on; empty for whoever asks without htmx."""
    page = cast("Any", request).htmx.current_url_abs_path if is_in_place(request) else ""
    return urlsplit(page or "").path


def _page_of(request: HttpRequest) -> str:
    """The path of the page that something was pressed on."""
    page = cast("Any", request).htmx.current_url_abs_path or ""
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return str(page)
    return _address_of("front:show-home") or "/"
