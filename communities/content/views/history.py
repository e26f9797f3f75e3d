"""The revisions of a text, for its authors and the team."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content.exceptions import ContentError
from communities.content.models import Post, Revision
from communities.content.permissions import can_edit_post, can_see_history, first_version_seen
from communities.content.services import put_version_back
from communities.content.text.differences import difference
from communities.content.text.extracts import stretches
from communities.content.views.posts import address_of, own_post, tell_if_unscheduled, tell_that_it_waits
from communities.exceptions import NotAllowed
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of

MOST_VERSIONS = 200
# What a row of a version can hold.
LARGEST_NUMBER = 32_767


@require_safe
def list_revisions(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every kept version, newest first."""
    post = _post_with_history(request, public_id)
    first = first_version_seen(member_of(request), post)
    kept = Revision.objects.filter(post=post, number__gte=first).select_related("editor")
    revisions = kept.order_by("-number")[:MOST_VERSIONS]
    context = {"post": post, "thread": post.thread, "revisions": revisions, "back": address_of(post)}
    return render(request, "content/list_revisions.html", context)


@require_safe
def show_revision(request: MemberRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One version, and what the next one changed in it."""
    post = _post_with_history(request, public_id)
    _refuse_unseen(request, post, number)
    kept = list(
        Revision.objects.filter(post=post, number__gte=number).select_related("editor").order_by("number")[:2]
    )
    if not kept or kept[0].number != number:
        raise Http404
    after = kept[1].body_html if len(kept) > 1 else post.body_html
    context = {
        "post": post,
        "thread": post.thread,
        "revision": kept[0],
        "pieces": difference(stretches(kept[0].body_html), stretches(after)),
        "back": address_of(post),
        "may_put_back": can_edit_post(request.membership, post),
    }
    return render(request, "content/show_revision.html", context)


@require_POST
def put_back(request: MemberRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Make the text what it was in this version; what stood there is kept as one."""
    post = _post_with_history(request, public_id)
    if not can_edit_post(request.membership, post):
        raise NotAllowed
    _refuse_unseen(request, post, number)
    if not Revision.objects.filter(post=post, number=number).exists():
        raise Http404
    try:
        saved = put_version_back(post, number=number, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=address_of(post))
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect("content:show-revision", public_id, number)
    if saved.edit_waits:
        tell_that_it_waits(request)
    else:
        messages.success(
            request,
            _("Version %(n)s is back. What it replaced is kept among the versions.") % {"n": number + 1},
        )
    tell_if_unscheduled(request, post.thread)
    return redirect(address_of(saved))


def _refuse_unseen(request: CommunityRequest, post: Post, number: int) -> None:
    """404 for a number that no version has, and for versions from before a text was a wiki."""
    if number > LARGEST_NUMBER or number < first_version_seen(member_of(request), post):
        raise Http404


def _post_with_history(request: CommunityRequest, public_id: uuid.UUID) -> Post:
    post = own_post(request, public_id)
    if not can_see_history(request.membership, post):
        raise NotAllowed
    return post
