"""Replies under a question, as answers or as comments."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.content import services
from communities.content.exceptions import AcceptedAnswers
from communities.content.views.posts import address_of, reachable_post
from communities.in_place import say_done
from communities.middleware import MemberRequest


@require_POST
def make_comment(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    return _set(request, public_id, is_comment=True)


@require_POST
def make_answer(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    return _set(request, public_id, is_comment=False)


def _set(request: MemberRequest, public_id: uuid.UUID, *, is_comment: bool) -> HttpResponse:
    post = reachable_post(request, public_id)
    undo = reverse(f"content:make-{'answer' if is_comment else 'comment'}", args=[post.public_id])
    try:
        services.set_comment(post, is_comment=is_comment, by=request.membership)
    except AcceptedAnswers as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("It stands apart as a comment now.") if is_comment else _("It stands among the answers now.")
        say_done(request, said, undo=undo)
    return redirect(address_of(post))
