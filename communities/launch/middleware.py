"""A manager's preview of the community as another audience. Runs inside the scope, and changes nothing for anybody
else."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.launch.previewing import Preview, community_as_if, membership_as, preview_of
from communities.middleware import CommunityRequest
from communities.unasked import is_unasked

# The team's pages stay the manager's own, or there would be no way back.
DESK = "/manage/"


class PreviewMiddleware:
    """While a preview is under way, pages are drawn for its audience, and nothing can be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast("CommunityRequest", request)
        if getattr(request, "community", None) is None:
            return self.get_response(request)
        preview = preview_of(request, request.community, request.membership)
        request.preview = preview
        if preview is None:
            return self.get_response(request)
        if request.path_info.startswith(DESK):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            if is_unasked(request):
                return HttpResponse(status=403)
            messages.warning(request, _("This is a preview: nothing can be written in it."))
            return HttpResponseRedirect(reverse("front:show-home"))
        _pretend(request, preview)
        response = self.get_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        return response


def _pretend(request: CommunityRequest, preview: Preview) -> None:
    assert request.membership is not None  # only a manager has a preview
    request.community = community_as_if(request.community, preview)
    request.membership = membership_as(request.membership, request.community, preview)
    if request.membership is None:
        request.user = AnonymousUser()
