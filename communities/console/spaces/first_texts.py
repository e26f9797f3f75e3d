"""The first texts of a new place: what was laid out for each space, read and published on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.console.place.onward import go_on
from communities.content.models import Post, Space, State, Thread
from communities.content.permissions import can_start_thread
from communities.content.services import publish_drafts
from communities.content.steps import visible_spaces
from communities.exceptions import DomainError
from communities.keysets import ids_in
from communities.middleware import MemberRequest
from communities.models import Community, Membership
from communities.permissions import can_configure_community, team_page

# As many drafts of a space are laid out here; the rest stand under “Write”.
MOST = 3


@dataclass(frozen=True)
class FirstTexts:
    """A space that others than the team will see, with what could be the first text in it."""

    space: Space
    has_text: bool
    drafts: Sequence[Post]
    may_write: bool


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_configure_community)
def publish_first_texts(request: MemberRequest) -> HttpResponse:
    """What will people find on the first day? Nobody meets an empty room."""
    assert request.membership is not None  # the decorator lets nobody else in
    problem = ""
    if request.method == "POST":
        chosen = ids_in(request.POST.getlist("drafts"), most=100)
        try:
            return _published(request, request.membership, chosen)
        except DomainError as refusal:
            problem = str(refusal)
    lines = first_texts(request.community, request.membership)
    context = {
        "lines": lines,
        "has_drafts": any(line.drafts for line in lines),
        # All are ticked at first; after a refusal, those that were.
        "ticked": request.POST.getlist("drafts") if problem else None,
        "problem": problem,
    }
    return render(request, "console/spaces/first_texts.html", context, status=422 if problem else 200)


def _published(request: MemberRequest, by: Membership, chosen: Sequence[int]) -> HttpResponse:
    drafts = Thread.objects.filter(pk__in=chosen, state=State.DRAFT, author=by).select_related("space")
    visible = publish_drafts(drafts, by=by)
    words = ngettext("%(n)s text is published.", "%(n)s texts are published.", visible) % {"n": visible}
    messages.success(request, words if visible else _("Nothing was chosen."))
    return go_on(request, "first_texts", redirect("console:publish-first-texts"))


def first_texts(community: Community, by: Membership) -> list[FirstTexts]:
    """Each visible space with one’s own drafts in it, in a constant number of statements."""
    spaces = visible_spaces(community)
    filled = set(Thread.objects.published_in(spaces).values_list("space_id", flat=True).distinct())
    mine = Thread.objects.filter(author=by, state=State.DRAFT, space__in=spaces)
    posts = Post.objects.filter(thread__in=mine, position__isnull=True).select_related("thread__space")
    by_space: dict[int, list[Post]] = {}
    for post in posts.order_by("thread_id"):
        by_space.setdefault(post.thread.space_id, []).append(post)
    return [
        FirstTexts(space, space.pk in filled, by_space.get(space.pk, [])[:MOST], can_start_thread(by, space))
        for space in spaces
    ]
