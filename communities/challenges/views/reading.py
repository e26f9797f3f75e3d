"""One challenge, one entry, the rules in all their versions, the draw."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from communities.challenges.challenge_page import challenge_page, crumbs, entry_page
from communities.challenges.drawing import digest_of
from communities.challenges.models import CHALLENGE, ENTRY, Challenge, Entry, Rules, challenge_of
from communities.challenges.permissions import FEATURE, can_run_challenge
from communities.challenges.queries import challenge_for_page, entry_for_page, podiums_of
from communities.content.models import Thread
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.queries import follow
from communities.content.showing.reading import page_number
from communities.content.viewers import viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.responses import permanently

# Lines of the list on the page; the file has all of them.
MOST_LISTED = 200


def get_challenge(request: CommunityRequest, slug: str) -> Thread:
    """A challenge whose page this person may open, published or not; raises Http404."""
    thread = challenge_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return thread


def get_entry(request: CommunityRequest, slug: str) -> Thread:
    """The same of an entry that was written for one."""
    thread = entry_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return thread


def get_dated(request: CommunityRequest, slug: str) -> tuple[Thread, Challenge]:
    """A challenge that has its dates; raises Http404."""
    thread = get_challenge(request, slug)
    challenge = challenge_of(thread)
    if challenge is None:
        raise Http404
    challenge.thread = thread
    return thread, challenge


@public_page
@feature_required(FEATURE)
@require_safe
def show_challenge(request: CommunityRequest, slug: str) -> HttpResponse:
    """A challenge with its entries and replies; a renamed one answers 301 from its former address."""
    thread = challenge_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        return _elsewhere(request, slug, CHALLENGE)
    form = empty_or_filled(request, thread)
    return render_challenge(request, thread, page=_page(request, thread), form=form)


@public_page
@feature_required(FEATURE)
@require_safe
def show_entry(request: CommunityRequest, slug: str) -> HttpResponse:
    """An entry that was written for a challenge, with its replies."""
    thread = entry_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        return _elsewhere(request, slug, ENTRY)
    form = empty_or_filled(request, thread)
    return render_entry(request, thread, page=_page(request, thread), form=form)


def _elsewhere(request: CommunityRequest, slug: str, kind: str) -> HttpResponse:
    target = follow([request.path_info[:400]], viewer_of(request))
    if not target:
        return answer_gone(request, slug, kinds=(kind,))
    return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")


def _page(request: CommunityRequest, thread: Thread) -> int:
    page = page_number(request.GET.get("page"))
    if page > max(thread.last_page, 1):
        raise Http404
    return page


def render_challenge(
    request: CommunityRequest,
    thread: Thread,
    *,
    page: int = 1,
    form: ReplyForm | EmptyReply | None = None,
    status: int = 200,
) -> HttpResponse:
    context = challenge_page(request, thread, page, form)
    return _with_robots(render(request, "challenges/show_challenge.html", context, status=status), context)


def render_entry(
    request: CommunityRequest,
    thread: Thread,
    *,
    page: int = 1,
    form: ReplyForm | EmptyReply | None = None,
    status: int = 200,
) -> HttpResponse:
    context = entry_page(request, thread, page, form)
    return _with_robots(render(request, "challenges/show_entry.html", context, status=status), context)


def _with_robots(response: HttpResponse, context: dict[str, object]) -> HttpResponse:
    if context.get("robots"):
        response.headers["X-Robots-Tag"] = str(context["robots"])
    return response


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of a challenge’s replies with one that could not be taken."""
    return render_challenge(request, thread, page=max(thread.last_page, 1), form=form, status=status)


def show_entry_unreplied(
    request: CommunityRequest, thread: Thread, form: ReplyForm, status: int
) -> HttpResponse:
    return render_entry(request, thread, page=max(thread.last_page, 1), form=form, status=status)


@public_page
@feature_required(FEATURE)
@require_safe
def list_rules(request: CommunityRequest, slug: str) -> HttpResponse:
    """All versions of the rules, the present one first; for who entered, which one they have agreed to."""
    thread, challenge = get_dated(request, slug)
    by = request.membership
    agreed = Entry.objects.of(challenge).filter(membership=by) if by is not None else Entry.objects.none()
    context = {
        "thread": thread,
        "challenge": challenge,
        "versions": list(Rules.objects.of(challenge)),
        "agreed": {entry.rules_id: entry.entered_at for entry in agreed.order_by("-number")},
        "may_run": can_run_challenge(by, thread) and not challenge.is_decided and not challenge.is_cancelled,
        "crumbs": crumbs(thread, pgettext("of a challenge", "Rules")),
        "page_title": pgettext("of a challenge", "Rules"),
    }
    return render(request, "challenges/list_rules.html", context)


def _drawn(request: CommunityRequest, slug: str) -> tuple[Thread, Challenge]:
    thread, challenge = get_dated(request, slug)
    if not challenge.is_drawn or not thread.is_published:
        raise Http404
    return thread, challenge


@public_page
@feature_required(FEATURE)
@require_safe
def show_draw(request: CommunityRequest, slug: str) -> HttpResponse:
    """How the draw goes; once it is decided the seed, the list, and who came out, so that anybody can draw again."""
    thread, challenge = _drawn(request, slug)
    lines = challenge.drawn_from.splitlines()
    won = podiums_of(viewer_of(request), [challenge]).get(challenge.pk, []) if challenge.is_decided else []
    context = {
        "thread": thread,
        "challenge": challenge,
        "lines": lines[:MOST_LISTED],
        "more": max(0, len(lines) - MOST_LISTED),
        "list_digest": digest_of(challenge.drawn_from) if challenge.is_decided else "",
        "won": won,
        "crumbs": crumbs(thread, _("The draw")),
        "page_title": _("The draw"),
    }
    return render(request, "challenges/show_draw.html", context)


@public_page
@feature_required(FEATURE)
@require_safe
def download_draw(request: CommunityRequest, slug: str) -> HttpResponse:
    """The list that was drawn from, byte for byte: what the digest of the list is of."""
    _thread, challenge = _drawn(request, slug)
    if not challenge.is_decided:
        raise Http404
    response = HttpResponse(challenge.drawn_from, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="draw.txt"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
