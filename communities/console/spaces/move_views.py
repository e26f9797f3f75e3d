"""Moving all threads of a space to another one: asked first, with who will read them, then done in parts."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.spaces.forms import MoveForm
from communities.console.spaces.queries import fetch_space, held_in, latest_move, targets_for
from communities.content.exceptions import SpaceError
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.content.readers import Change, change_of_readers, readers_of
from communities.content.services.moving import AT_ONCE, begin_move, move_some
from communities.content.tasks import move_threads as go_on
from communities.exceptions import NotAllowed
from communities.middleware import MemberRequest
from communities.permissions import can_edit_spaces, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_spaces)
def move_threads(request: MemberRequest, id: int) -> HttpResponse:
    """Choose where, see who will read them there, and say yes; then how far it is."""
    space = fetch_space(id)
    if not KINDS[space.kind].moves:
        raise NotAllowed
    if request.method != "POST":
        return _page(request, space, MoveForm(targets=targets_for(space)))
    form = MoveForm(request.POST, targets=targets_for(space))
    if not form.is_valid():
        return _page(request, space, form, status=422)
    change = change_of_readers(space, readers_of(form.chosen))
    if form.cleaned_data["sure"] != mark_of(form.chosen, change):
        return _page(request, space, form, change=change, status=422)
    try:
        _begin(request, space, form.chosen)
    except SpaceError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, space, form, status=422)
    return redirect("console:move-threads", space.pk)


def _begin(request: MemberRequest, space: Space, target: Space) -> None:
    move = begin_move(space, target, by=request.membership)
    if move.total < AT_ONCE and move_some(move.pk):
        said = _("All threads of “%(source)s” are in “%(target)s” now.")
        messages.success(request, said % {"source": space.name, "target": target.name})
        return
    go_on.delay_on_commit(community_id=request.community.pk, move_id=move.pk)


def mark_of(target: Space, change: Change) -> str:
    """Names what was asked about: where they go, and who reads them there."""
    return json.dumps([target.pk, change.before.circle, change.after.circle, change.lost, change.gained])


def _page(
    request: MemberRequest, space: Space, form: MoveForm, *, change: Change | None = None, status: int = 200
) -> HttpResponse:
    move = latest_move(space)
    context = {
        "space": space,
        "form": form,
        "change": change,
        "sure": mark_of(form.chosen, change) if change is not None else "",
        "held": held_in(space),
        "move": move,
        "going_on": move is not None and not move.is_finished,
    }
    return render(request, "console/spaces/move_threads.html", context, status=status)
