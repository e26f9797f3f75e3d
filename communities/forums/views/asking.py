"""Having members asked who have answered a subject before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communities.forums.asking import ask_members
from communities.forums.exceptions import NobodyToAsk
from communities.forums.views.threads import reachable_thread
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import MemberRequest, member_of


@feature_required("questions")
@require_POST
def ask(request: MemberRequest, slug: str) -> HttpResponse:
    """One press: whoever is found is told, and how many they are is said."""
    thread = reachable_thread(request, slug)
    try:
        asked = ask_members(thread, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    except NobodyToAsk as refusal:
        messages.info(request, str(refusal))
        return redirect(thread)
    said = ngettext(
        "%(n)s member who has answered this subject is told.",
        "%(n)s members who have answered this subject are told.",
        asked,
    )
    messages.success(request, said % {"n": asked})
    return redirect(thread)
