"""Opening a challenge, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.challenges import services
from communities.challenges.challenge_page import crumbs
from communities.challenges.forms import ChangeChallengeForm, NewChallengeForm, said_of
from communities.challenges.models import challenge_of
from communities.challenges.permissions import FEATURE, can_run_challenge, can_run_challenges
from communities.challenges.queries import readable_contests
from communities.challenges.views.listing import get_contests
from communities.challenges.views.reading import get_challenge
from communities.content.begun import begun_with
from communities.content.exceptions import ContentError, TagRequired, TitleNotOpen
from communities.content.forms import mark_sent, suit_space
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_edit_post
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.content.views.posts import tell_of_new
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required, is_open, open_features
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD"])
def choose_space(request: MemberRequest) -> HttpResponse:
    """In which space: where there is one, it is chosen."""
    spaces = readable_contests(request.community, viewer_of(request))
    offered = [space for space in spaces if can_run_challenges(request.membership, space)]
    ways = [(space, reverse("challenges:create-challenge", args=[space.slug])) for space in offered]
    if len(ways) == 1:
        return redirect(ways[0][1])
    return render(request, "challenges/choose_space.html", {"ways": ways})


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def create_challenge(request: CommunityRequest, space: str) -> HttpResponse:
    here = get_contests(request, space)
    by = request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    if not can_run_challenges(by, here):
        raise NotAllowed
    about = _about(request) | {"key": f"start:{here.slug}"}
    if request.method != "POST":
        initial = {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}
        return _writing(request, here, NewChallengeForm(initial=initial, **about))
    form = NewChallengeForm(request.POST, request.FILES, **about)
    if not form.is_valid():
        return _writing(request, here, form, status=422)
    try:
        arguments = with_picture_of(form, form.text_arguments(), by=by)
        thread = services.write_challenge(
            here,
            by=by,
            community=request.community,
            text=form.written(arguments),
            facts=form.facts(),
            rules=form.cleaned_data["rules"],
            draft="draft" in request.POST,
        )
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_writing(request, here, form, status=422), refusal)
    forget_unsent(request)
    tell_of_new(request, thread)
    tell_of_text(request, form)
    to = reverse("content:list-drafts") if thread.state == State.DRAFT else thread.get_absolute_url()
    return mark_sent(redirect(to), form.cleaned_data["submission"])


def _about(request: CommunityRequest) -> dict[str, Any]:
    return {
        "features": open_features(request.community, request.membership),
        "tagged": is_open(request.community, request.membership, "tags"),
    }


def _writing(
    request: CommunityRequest, space: Space, form: NewChallengeForm, status: int = 200
) -> HttpResponse:
    suit_space(form, space)
    context = {
        "space": space,
        "form": form,
        "crumbs": [
            {"label": _("Challenges"), "url": reverse("challenges:list-challenges")},
            {"label": space.name, "url": space.get_absolute_url()},
            {"label": _("Open a challenge")},
        ],
    }
    return render(request, "challenges/write_challenge.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_challenge(request: MemberRequest, slug: str) -> HttpResponse:
    """All of a challenge but its text and rules; of a cancelled or decided one nothing."""
    thread, by = get_challenge(request, slug), member_of(request)
    challenge = challenge_of(thread)
    over = challenge is not None and (challenge.is_cancelled or challenge.is_decided)
    if not can_run_challenge(by, thread) or over:
        raise NotAllowed
    about = _about(request)
    if request.method != "POST":
        names = ", ".join(name for name, _slug in getattr(thread, "tag_pairs", []))
        initial = {"title": thread.title, "tags": names, **said_of(challenge)}
        return _changing(request, thread, ChangeChallengeForm(initial=initial, **about))
    form = ChangeChallengeForm(request.POST, **about)
    if not form.is_valid():
        return _changing(request, thread, form)
    data = form.cleaned_data
    try:
        tags = data["tags"] if about["tagged"] else None
        is_shown = services.change_challenge(
            thread, by=by, title=data["title"], tags=tags, facts=form.facts()
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return refused(_changing(request, thread, form), refusal)
    if is_shown:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Your change awaits a moderator; until then readers see the previous text."))
    return redirect(Thread.objects.select_related("space").get(pk=thread.pk))


def _field_of(refusal: Exception) -> str | None:
    if isinstance(refusal, TagRequired):
        return "tags"
    return "title" if isinstance(refusal, TitleNotOpen) else None


def _changing(request: MemberRequest, thread: Thread, form: ChangeChallengeForm) -> HttpResponse:
    text = thread.opening()
    writes = can_edit_post(request.membership, text)
    context = {
        "thread": thread,
        "challenge": challenge_of(thread),
        "form": form,
        "text_url": reverse("content:edit-post", args=[text.public_id]) if writes else "",
        "crumbs": crumbs(thread, _("Edit the challenge")),
    }
    return render(request, "challenges/edit_challenge.html", context, status=422 if form.errors else 200)
