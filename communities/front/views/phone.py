"""What makes the place an app on a phone: what its browser keeps for when the network is gone, and its icon."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.delivery import stored_file
from communities.front.views.machines import FOR_AN_HOUR
from communities.languages import plain_language
from communities.middleware import CommunityRequest
from communities.permissions import in_any_state, public_page
from communities.theming import APP_SIZE, app_icon, icon_path


@public_page
@in_any_state
@require_safe
def show_worker(request: CommunityRequest) -> HttpResponse:
    """The service worker. It keeps one page, the same for everybody, and what that looks like; never another page. The
    list for a door is kept by that page itself, for who asked for it (static/js/door.mjs): the worker shows it.

    Where OFFLINE_PAGE is off, it takes itself and what it kept out of the browsers that have it.
    """
    page = _offline_page(request) if settings.OFFLINE_PAGE else ""
    kept = hashlib.sha256(page.encode()).hexdigest()[:12]
    about = {
        "on": settings.OFFLINE_PAGE,
        "page": reverse("front:show-offline"),
        "kept": f"offline-{kept}",
        # Chosen by a cookie, without which the page is asked for.
        "language": plain_language(),
        # What is sent to devices (communities/notifications/devices).
        "icon": reverse("front:show-app-icon"),
        "name": request.community.name,
        "key": reverse("notifications:show-key"),
        "devices": reverse("notifications:add-device"),
        "something": _("There is something new in what you follow here."),
        "bell": reverse("notifications:list-notifications"),
    }
    script = render_to_string("front/worker.js", about)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    # Browsers ask for it with each page, and take another one as a new worker.
    response.headers["Cache-Control"] = "no-cache"
    return response


@public_page
@in_any_state
@require_safe
def show_offline(request: CommunityRequest) -> HttpResponse:
    """What stands in the place of any page while there is no network. It knows nobody."""
    response = HttpResponse(_offline_page(request))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@public_page
@in_any_state
@require_safe
def show_app_icon(request: CommunityRequest) -> HttpResponse:
    """The mark of the place for a phone’s first screen: its own, or its letter on its colour."""
    mark = icon_path(request.community, APP_SIZE)
    if mark:
        return stored_file(request, mark, content_type="image/png", cache=FOR_AN_HOUR)
    response = HttpResponse(app_icon(request.community), content_type="image/png")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


def _offline_page(request: CommunityRequest) -> str:
    """Drawn without the request: what was asked with it says nothing here."""
    about = {"community": request.community, "home_address": reverse("front:show-home")}
    return render_to_string("front/show_offline.html", about)
