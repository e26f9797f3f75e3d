"""Reactions: a form for everybody; where scripts run, only a fragment is replaced."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from communities.content import services
from communities.content.models import Post, Reaction
from communities.content.showing.readings import Reading, number_in
from communities.content.viewers import viewer_of
from communities.content.views.posts import address_of
from communities.in_place import answer_in_place
from communities.launch.features import feature_required, open_features
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest


@feature_required("reactions")
@require_POST
def react_to_post(request: MemberRequest) -> HttpResponse:
    return _change(request, services.react_to_post)


@feature_required("reactions")
@require_POST
def unreact_to_post(request: MemberRequest) -> HttpResponse:
    return _change(request, services.unreact_to_post)


def _change(request: CommunityRequest, act: Callable[..., object]) -> HttpResponse:
    kind, number = _pressed(request.POST)
    posts = Post.objects.visible_to(viewer_of(request)).select_related("thread__space")
    post: Post | None = posts.filter(pk=number).first()
    if post is None:
        raise Http404
    try:
        act(post, by=request.membership, kind=kind)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=address_of(post))
    return answer_in_place(request, address_of(post), block=lambda: _line(request, post), target="closest p")


def _pressed(sent: QueryDict) -> tuple[str, int]:
    """Which reaction, and to which post: a button has the name of the one and the number of the other."""
    for kind in Reaction.Kind.values:
        number = number_in(sent.get(kind))
        if number is not None:
            return kind, number
    raise Http404


def _line(request: CommunityRequest, post: Post) -> str:
    """The reactions to the post, as they are now; empty where none is left."""
    post.refresh_from_db(fields=["reactions", "reaction_count"])
    own = Reaction.objects.filter(post=post, membership=request.membership)
    post.mine = list(own.values_list("kind", flat=True))  # type: ignore[attr-defined]
    reading = Reading(
        request.community, request.membership, open_features(request.community, request.membership)
    )
    return render_to_string(
        "content/reactions.html", {"post": post, "thread": post.thread, "reading": reading}, request
    )
