"""Who signs an article: choosing people, their answer, and taking a name off again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.blogs.permissions import can_edit_article
from communities.blogs.queries import find_article
from communities.blogs.together import services
from communities.blogs.together.permissions import (
    can_invite_co_author,
    can_take_off,
    invitation_for,
    signs_beside,
)
from communities.blogs.together.queries import SHORTEST_WORDS, people_to_invite, signatures_of
from communities.blogs.views import get_article
from communities.content.models import Thread
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import Limited, TooFast, count_asking, refused
from communities.middleware import MemberRequest, member_of
from communities.models import Membership

LONGEST_WORDS = 60


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def show_authors(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """For those who write it, and for whoever is asked to sign it."""
    thread, me = get_article(request, blog, article), member_of(request)
    invitation = invitation_for(me, thread)
    if not (can_edit_article(me, thread) or invitation or signs_beside(me, thread)):
        raise NotAllowed
    if request.method != "POST":
        return _page(request, thread)
    try:
        said = _acts(request, thread, me)
    except NotAllowed:
        raise
    except DomainError as refusal:
        return refused(_page(request, thread, problem=refusal, status=422), refusal)
    messages.success(request, said)
    # Whoever has taken their own name off has nothing left to do here, and a draft is no longer theirs to read.
    fresh = find_article(viewer_of(request), article)
    if fresh is not None and (can_edit_article(me, fresh) or invitation_for(me, fresh)):
        return redirect("blogs:show-authors", blog, article)
    return redirect(thread.space if fresh is None else fresh)


def _acts(request: MemberRequest, thread: Thread, me: Membership) -> str:
    """Do what a button says; the sentence that answers it. Raises NotAllowed and what the act raises."""
    acts: dict[str, Callable[[], str]] = {
        "invite": lambda: _invite(thread, me, _person(request)),
        "withdraw": lambda: _withdraw(thread, me, _person(request)),
        "take-off": lambda: _take_off(thread, me, _person(request)),
        "agree": lambda: _agree(thread, me),
        "decline": lambda: _decline(thread, me),
        "ask-again": lambda: _let_ask_again(thread, me),
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise NotAllowed
    return act()


def _person(request: MemberRequest) -> Membership:
    """Whom a button names; raises Http404 where nobody is called so."""
    handle = request.POST.get("person", "").replace("\0", "")
    person: Membership | None = Membership.objects.with_handle(handle).first() if handle.strip("@ ") else None
    if person is None:
        raise Http404
    return person


def _invite(thread: Thread, me: Membership, person: Membership) -> str:
    services.invite_co_author(thread, by=me, person=person)
    return _("%(name)s is asked to sign. You are told what they answer.") % {"name": person.display_name}


def _withdraw(thread: Thread, me: Membership, person: Membership) -> str:
    services.withdraw_invitation(thread, by=me, person=person.pk)
    return _("%(name)s is no longer asked.") % {"name": person.display_name}


def _take_off(thread: Thread, me: Membership, person: Membership) -> str:
    services.take_off_co_author(thread, by=me, person=person.pk)
    if person.pk == me.pk:
        return _("Your name no longer appears under this article.")
    return _("%(name)s no longer signs this article.") % {"name": person.display_name}


def _agree(thread: Thread, me: Membership) -> str:
    services.agree_to_sign(thread, by=me)
    return _("You sign this article, and may edit it.")


def _decline(thread: Thread, me: Membership) -> str:
    services.decline_to_sign(thread, by=me)
    return _(
        "You have declined to sign it, and nobody will ask you again. You may still change your mind here."
    )


def _let_ask_again(thread: Thread, me: Membership) -> str:
    services.let_ask_again(thread, by=me)
    return _("They are told that they may ask you again.")


def _page(
    request: MemberRequest, thread: Thread, *, problem: DomainError | None = None, status: int = 200
) -> HttpResponse:
    me = member_of(request)
    signatures, invites = signatures_of(thread), can_invite_co_author(me, thread)
    words, found = request.GET.get("q", "").strip()[:LONGEST_WORDS], []
    if words and invites and signatures.has_room:
        try:
            count_asking(request, Limited.SEARCH)
            found = people_to_invite(words, thread, signatures.people)
        except TooFast as refusal:
            problem, status = refusal, 429
    context: dict[str, Any] = {
        "thread": thread,
        "blog": thread.space,
        "page_url": reverse("blogs:show-authors", args=[thread.space.slug, thread.slug]),
        "problem": problem,
        "invitation": next((one for one in signatures.invited if one.membership_id == me.pk), None),
        "first": thread.author,
        "signed": [(person, can_take_off(me, thread, person.pk)) for person in signatures.signed],
        "invited": signatures.invited if invites else [],
        "has_room": signatures.has_room,
        "can_invite": invites,
        "can_edit": can_edit_article(me, thread),
        "words": words,
        "is_short": bool(words) and len(words.lstrip("@")) < SHORTEST_WORDS,
        "found": found,
        "robots": "noindex",
    }
    return render(request, "blogs/together/show_authors.html", context, status=status)
