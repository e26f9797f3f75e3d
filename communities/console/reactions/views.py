"""The team chooses and names the reactions."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.reactions.forms import ReactionsForm
from communities.content.permissions import can_name_reactions
from communities.content.reactions import chosen_reactions, reaction_name
from communities.content.services.naming_reactions import name_reactions
from communities.middleware import MemberRequest
from communities.models import Community, Membership
from communities.permissions import team_page
from communities.setup import Setting


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_name_reactions)
def edit_reactions(request: MemberRequest) -> HttpResponse:
    form = ReactionsForm(request.POST if request.method == "POST" else None, community=request.community)
    if form.is_valid():
        name_reactions(request.community, by=request.membership, **form.acts())
        messages.success(request, _("Saved."))
        return redirect("console:edit-reactions")
    status = 422 if request.method == "POST" else 200
    return render(request, "console/reactions/edit_reactions.html", {"form": form}, status=status)


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    chosen = [reaction_name(community, kind) for kind in chosen_reactions(community)]
    value = ", ".join(chosen) or _("two that suit each text")
    return [Setting(_("Reactions"), value, words=_("like thanks useful emoji"))]
