"""Where visitors say whether they want to be counted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from analytics.capture.consent import (
    AGREED,
    REFUSED,
    choice_of,
    is_from_here,
    mode_of,
    refuses_by_browser,
    remember_choice,
)
from analytics.capture.recording import consented_visitor
from analytics.capture.services import withdraw_consent
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from members.adapter import is_own_path


@csrf_exempt
@public_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_choices(request: CommunityRequest) -> HttpResponse:
    """Agree or refuse: one screen, both alike. What a browser signals is respected whatever is chosen.

    Exempt from the token, since visitors’ pages that ask are the same for everybody; the browser says who asks.
    """
    choice = choice_of(request)
    if request.method == "POST":
        answer = request.POST.get("choice")
        if answer not in ("agree", "refuse") or not is_from_here(request):
            return HttpResponseBadRequest()
        if answer == "refuse" and choice.startswith(AGREED):
            withdraw_consent(consented_visitor(request.community, choice))
        asked_on = request.POST.get("next", "")
        response = redirect(asked_on if is_own_path(asked_on) else "capture:set-choices")
        remember_choice(request, response, agrees=answer == "agree")
        messages.success(request, _("Your choice is saved."))
        return response
    context = {
        "mode": mode_of(request.community).value,
        "refused": choice == REFUSED,
        "agreed": choice.startswith(AGREED),
        "signalled": refuses_by_browser(request.META),
    }
    return render(request, "capture/set_choices.html", context)
