"""Starting a thread: where, then what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content import services
from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired
from communities.content.forms import mark_sent
from communities.content.insets import forms_for
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Space, State
from communities.content.nesting import crumbs_of
from communities.content.permissions import can_start_thread, spaces_offered_to
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import readable_spaces, viewer_of
from communities.content.views.posts import tell_of_new
from communities.exceptions import NotAllowed
from communities.forums.forms import StartSomewhereForm, StartThreadForm
from communities.forums.models import FORUM
from communities.forums.views.spaces import readable_space
from communities.launch.features import feature_required, is_open, open_features
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.permissions import public_page
from communities.templatetags.parvis import exact


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose_space(request: CommunityRequest) -> HttpResponse:
    """Asking on one page: where it belongs, and what it says. If there is only one space, it is chosen."""
    if request.membership is None:
        # Their session may have ended while they wrote.
        return ask_to_sign_in(request, request.path if request.method == "POST" else request.get_full_path())
    return _choose_space(cast("MemberRequest", request))


@feature_required("forums")
def _choose_space(request: MemberRequest) -> HttpResponse:
    readable = readable_spaces(request.community, viewer_of(request), FORUM)
    spaces = spaces_offered_to(request.membership, readable)
    # What was sent comes back with its form, also where the other spaces were closed meanwhile.
    if len(spaces) == 1 and request.method != "POST":
        query = request.META.get("QUERY_STRING", "")
        return redirect(
            reverse("forums:start-thread", args=[spaces[0].slug]) + (f"?{query}" if query else "")
        )
    if not spaces and request.method == "POST":
        raise NotAllowed
    if not spaces:
        return render(request, "forums/choose_space.html")
    kinds = {space.slug: _kinds(request, space) for space in spaces}
    about: dict[str, Any] = {
        "spaces": spaces,
        "readable": viewer_of(request).space_ids,
        "kinds_of": kinds,
        "tagged": _tagged(request),
    }
    if request.method != "POST":
        return _page(request, None, StartSomewhereForm(initial=_start(request), **about))
    form = StartSomewhereForm(request.POST, request.FILES, **about)
    under = forms_for(request.membership, request.POST)
    if not all([form.is_valid(), *(one.is_valid() for one in under)]):
        return _page(request, None, form, under, status=422)
    return _started(request, form.cleaned_data["space"], form, under, chosen=True)


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
    about: dict[str, Any] = {"space": here, "kinds": _kinds(request, here), "tagged": _tagged(request)}
    if request.method != "POST":
        return _page(request, here, StartThreadForm(initial=_start(request), **about))
    form = StartThreadForm(request.POST, request.FILES, **about)
    under = forms_for(request.membership, request.POST)
    if not all([form.is_valid(), *(one.is_valid() for one in under)]):
        return _page(request, here, form, under, status=422)
    return _started(request, here, form, under)


def _start(request: CommunityRequest) -> dict[str, str]:
    """What stands in the form at first."""
    return {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}


def _started(
    request: CommunityRequest,
    space: Space,
    form: StartThreadForm,
    under: Sequence[Any],
    *,
    chosen: bool = False,
) -> HttpResponse:
    """Start the thread of a form that holds, with what stands under it; `chosen`: the space is one of its fields."""
    by = request.membership
    assert by is not None  # asked for by both pages
    draft = "draft" in request.POST
    try:
        thread = services.start_with_insets(
            space,
            under,
            by=by,
            community=request.community,
            state=State.DRAFT if draft else State.PUBLISHED,
            **with_picture_of(form, form.arguments(), by=by),
        )
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_page(request, None if chosen else space, form, under, status=422), refusal)
    forget_unsent(request)
    thread.refresh_from_db(fields=["state"])
    tell_of_new(request, thread)
    tell_of_text(request, form)
    target = reverse("content:list-drafts") if thread.state == State.DRAFT else thread.get_absolute_url()
    return mark_sent(redirect(target), form.cleaned_data["submission"])


def _tagged(request: CommunityRequest) -> bool:
    return is_open(request.community, request.membership, "tags")


def _kinds(request: CommunityRequest, space: Space) -> list[str]:
    """What may be started here: what the space takes, as far as it is open to this reader."""
    features = open_features(request.community, request.membership)
    kinds = [THREAD_KINDS[name] for name in space.starts]
    return [kind.name for kind in kinds if not kind.feature or kind.feature in features]


def _page(
    request: CommunityRequest,
    space: Space | None,
    form: StartThreadForm,
    under: Sequence[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; `space` is None where it asks for it. `under`: the forms of what may stand under the text."""
    assert request.membership is not None  # asked for by both pages
    asks = space is not None and space.asks
    here = [] if space is None else crumbs_of(space, viewer_of(request).space_ids)
    context: dict[str, Any] = {
        "space": space,
        "form": form,
        "under": forms_for(request.membership, initial=form.initial) if under is None else under,
        "suggest_url": _suggest_url(request),
        "crumbs": [
            {"label": _("Forum"), "url": reverse("forums:list-spaces")},
            *here,
            {"label": _("Ask a question") if asks else _("Start a thread")},
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
