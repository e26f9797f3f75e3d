"""Whether members may edit a text, or its author alone."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content import services
from communities.content.permissions import can_open_wiki
from communities.content.views.posts import address_of, reachable_post
from communities.exceptions import NotAllowed
from communities.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def edit_wiki(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """What it means, and one button; it can be ended here, too."""
    post = reachable_post(request, public_id)
    if not can_open_wiki(request.membership, post):
        raise NotAllowed
    if request.method != "POST":
        context = {
            "post": post,
            "thread": post.thread,
            "back": address_of(post),
            "is_own": post.author_id == request.membership.pk,
            "robots": "noindex",
        }
        return render(request, "content/edit_wiki.html", context)
    is_wiki = request.POST.get("wiki") == "1"
    services.set_wiki(post, is_wiki=is_wiki, by=request.membership)
    if is_wiki:
        messages.success(request, _("Members may edit this text now."))
    else:
        messages.success(request, _("Its author alone edits this text now."))
    return redirect(address_of(post))
