"""Who is here: the member list and each member’s page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.kinds import open_kinds
from communities.content.viewers import readable_spaces, viewer_of
from communities.launch.features import feature_required, open_features
from communities.limits import Limited, TooFast, count_asking, refused
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.people.cards import cards_of
from communities.people.fields.finding import filters_for
from communities.people.fields.showing import answers_of
from communities.people.queries import (
    GONE,
    MemberPage,
    Written,
    contributions_of,
    find_member,
    has_left,
    moved_member,
    written_by,
)
from communities.people.queries import list_members as find_members
from communities.permissions import can_see_directory, public_page, refuse_stranger
from communities.responses import permanently

# Of the kinds of texts that somebody wrote, so many are counted on their page: those they wrote most of.
MOST_KINDS = 3


@public_page
@require_safe
@feature_required("directory")
def list_members(request: CommunityRequest) -> HttpResponse:
    """The member list: for members, unless the community opens it to everybody."""
    if not can_see_directory(request.community, request.membership):
        return refuse_stranger(request) or HttpResponse(status=403)
    words, role = request.GET.get("q", "").strip()[:60], request.GET.get("role", "")
    filters = filters_for(request.community, request.membership, request.GET)
    stopped: TooFast | None = None
    page = MemberPage([])
    try:
        if words:
            count_asking(request, Limited.SEARCH)
        page = find_members(words=words, role=role, filters=filters, after=request.GET.get("after", ""))
    except TooFast as refusal:
        stopped = refusal
    context = {
        "page": page,
        "cards": cards_of(request.community, page.members, request.membership),
        "problem": stopped,
        "words": words,
        "role": role,
        "filters": filters,
        "narrowed": any(one.typed for one in filters),
        "roles": Membership.Role.choices,
        "robots": "noindex",
    }
    return refused(render(request, "people/list_members.html", context), stopped)


@public_page
@require_safe
@feature_required("member_pages")
def show_member(request: CommunityRequest, handle: str) -> HttpResponse:
    """A member's page, with those of their texts that the reader may see."""
    person = find_member(handle)
    if person is None:
        moved = moved_member(handle)
        if moved:
            return permanently(request, get_script_prefix().rstrip("/") + moved)
        if has_left(handle):
            return render(request, "people/show_former_member.html", {"robots": "noindex"}, status=410)
        raise Http404
    if person.status == Membership.Status.SUSPENDED and not (
        request.membership and request.membership.can_judge
    ):
        raise Http404
    if person.status in GONE:
        return render(request, "people/show_former_member.html", {"robots": "noindex"})
    every = _tabs(request)
    kind = next((name for name, _word in every if name == request.GET.get("kind", "")), "")
    theirs = written_by(person, viewer_of(request))
    written, more = contributions_of(
        person,
        viewer_of(request),
        kind=kind,
        after=request.GET.get("after", ""),
    )
    context = {
        "person": person,
        "written": written,
        "more": more,
        "kind": kind,
        "tabs": [
            tab for tab in every if not theirs.is_whole or tab[0] in theirs.kinds or tab[0] in ("", kind)
        ],
        "figures": figures_of(person, theirs, every),
        "own_pages": _own_pages(request, person),
        "answers": answers_of(request.community, person, request.membership),
        "robots": "noindex",
    }
    return render(request, "people/show_member.html", context)


def figures_of(person: Membership, theirs: Written, kinds: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """How much somebody does here, as the reader may see it; one figure alone says nothing that the list does not."""
    if theirs.is_whole:
        most = sorted(kinds, key=lambda kind: theirs.kinds[kind[0]], reverse=True)[:MOST_KINDS]
        figures = [(label, theirs.kinds[name]) for name, label in most]
    else:
        figures = [(_("Texts"), person.post_count)]
    reactions = _("Reactions received") if theirs.is_whole else _("Reactions to the newest texts")
    figures.append((reactions, theirs.reactions))
    shown = [(label, count) for label, count in figures if count]
    return shown if len(shown) > 1 else []


def _own_pages(request: CommunityRequest, person: Membership) -> list[tuple[str, str]]:
    """What is theirs alone, of each kind that is open here: name and address."""
    features, viewer = open_features(request.community, request.membership), viewer_of(request)
    pages = (
        kind.own_page(person, readable_spaces(request.community, viewer, kind.name), features)
        for kind in open_kinds(features)
    )
    return [page for page in pages if page is not None]


def _tabs(request: CommunityRequest) -> list[tuple[str, str]]:
    """What a member’s texts can be narrowed down to: the threads of each kind that is open here, and replies."""
    kinds = open_kinds(open_features(request.community, request.membership))
    threads = [(kind.threads_name, str(kind.threads_label)) for kind in kinds]
    return [("", _("All")), *threads, ("replies", _("Replies"))]
