"""Starting a thread: where, then what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.content import services
from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired
from communities.content.forms import mark_sent
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Space, State
from communities.content.permissions import can_start_thread, spaces_offered_to
from communities.content.post_forms import with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import readable_spaces, viewer_of
from communities.exceptions import NotAllowed
from communities.forums.forms import StartThreadForm
from communities.forums.models import FORUM
from communities.forums.views.spaces import readable_space
from communities.launch.features import feature_required, is_open, open_features
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.permissions import public_page
from communities.templatetags.parvis import exact


@feature_required("forums")
@require_safe
def choose_space(request: MemberRequest) -> HttpResponse:
    """Where does my topic belong? The spaces in which this member may start a thread; if there is only one, it is
    chosen."""
    readable = readable_spaces(request.community, viewer_of(request), FORUM)
    spaces = spaces_offered_to(request.membership, readable)
    if len(spaces) == 1:
        return redirect("forums:start-thread", space=spaces[0].slug)
    return render(request, "forums/choose_space.html", {"spaces": spaces})


@public_page
@feature_required("forums")
@require_http_methods(["GET", "HEAD", "POST"])
def start_thread(request: CommunityRequest, space: str) -> HttpResponse:
    """A topic or a question; similar threads are shown while the title is typed."""
    here = readable_space(request, space)
    if request.membership is None:
        return ask_to_sign_in(request, request.path)
    if not can_start_thread(request.membership, here):
        raise NotAllowed(_who_may_write(here, request.membership))
    about: dict[str, Any] = {
        "space": here,
        "kinds": _kinds(request, here),
        "tagged": is_open(request.community, request.membership, "tags"),
    }
    if request.method != "POST":
        start = {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}
        return _page(request, here, StartThreadForm(initial=start, **about))
    form = StartThreadForm(request.POST, request.FILES, **about)
    if not form.is_valid():
        return _page(request, here, form, status=422)
    draft = "draft" in request.POST
    try:
        thread = services.start_thread(
            here,
            by=request.membership,
            community=request.community,
            state=State.DRAFT if draft else State.PUBLISHED,
            **with_picture_of(form, form.arguments(), by=request.membership),
        )
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_page(request, here, form, status=422), refusal)
    forget_unsent(request)
    thread.refresh_from_db(fields=["state"])
    _tell(request, thread.state)
    target = reverse("content:list-drafts") if thread.state == State.DRAFT else thread.get_absolute_url()
    return mark_sent(redirect(target), form.cleaned_data["submission"])


def _kinds(request: CommunityRequest, space: Space) -> list[str]:
    """What may be started here: what the space takes, as far as it is open to this reader."""
    features = open_features(request.community, request.membership)
    kinds = [THREAD_KINDS[name] for name in space.starts]
    return [kind.name for kind in kinds if not kind.feature or kind.feature in features]


def _tell(request: CommunityRequest, state: str) -> None:
    if state == State.DRAFT:
        messages.success(request, _("Draft saved."))
    elif state == State.PENDING:
        messages.info(request, _("Sent. A person reads it first."))


def _page(request: CommunityRequest, space: Space, form: StartThreadForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "space": space,
        "form": form,
        "suggest_url": _suggest_url(request),
        "crumbs": [
            {"label": _("Forum"), "url": reverse("forums:list-spaces")},
            {"label": space.name, "url": space.get_absolute_url()},
            {"label": _("Ask a question") if space.asks else _("Start a thread")},
        ],
    }
    return render(request, "forums/start_thread.html", context, status=status)


def _suggest_url(request: CommunityRequest) -> str:
    """Where similar threads are asked for; empty while search is closed."""
    if not is_open(request.community, request.membership, "search"):
        return ""
    try:
        return reverse("content:suggest-results")
    except NoReverseMatch:
        return ""


def _who_may_write(space: Space, membership: Membership) -> str:
    silent_until = membership.silent_until
    if silent_until is not None:
        return _("You can read but not write until %(silent)s.") % {"silent": exact(localtime(silent_until))}
    return who_starts(space)
