"""Putting a text into force."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.conflicts import rebase
from communities.console.place.onward import go_on
from communities.console.texts.forms import NOTICE_DAYS, PublishForm
from communities.console.texts.queries import gaps_of
from communities.console.texts.views import CONFLICT, REFUSED, known, present_revision
from communities.exceptions import DomainError, NotAllowed
from communities.middleware import MemberRequest
from communities.permissions import can_edit_legal_identity, team_page
from communities.texts import services
from communities.texts.exceptions import NothingToDo, TextChanged
from communities.texts.kinds import TextKind
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts, can_publish_text


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def publish_text(request: MemberRequest, kind: str) -> HttpResponse:
    """From when does it hold, who has read it, and who is told?"""
    text, draft = known(kind), services.draft_of(kind)
    if not can_publish_text(request.membership, kind):
        raise NotAllowed
    changes = TextVersion.objects.of(kind).published().exists()
    if changes and draft is None and request.method != "POST":
        messages.info(request, str(NothingToDo()))
        return redirect("console:show-text", kind)
    form = _form(request, text, draft, changes=changes)
    status = _try(request, kind, form) if form.is_valid() else REFUSED if form.is_bound else 200
    if not status:
        return go_on(request, kind, redirect("console:show-text", kind))
    gaps = gaps_of(request.community, text, draft)
    context = {
        "kind": text,
        "form": form,
        "gaps": gaps,
        "may_identity": can_edit_legal_identity(request.membership),
    }
    return render(request, "console/texts/publish_text.html", context, status=status)


def _form(request: MemberRequest, text: TextKind, draft: TextVersion | None, *, changes: bool) -> PublishForm:
    """Where something holds already, members are told, and early enough, unless one says otherwise."""
    start: dict[str, Any] = {"revision": draft.revision if draft else 0, "tell": changes}
    if changes:
        start["holds_from"] = timezone.localdate() + datetime.timedelta(days=NOTICE_DAYS)
    return PublishForm(request.POST if request.method == "POST" else None, initial=start, kind=text)


def _try(request: MemberRequest, kind: str, form: PublishForm) -> int:
    """Publish; 0 when it is done, else the status of the refusal that the form then shows."""
    try:
        version = _publish(request, kind, form)
    except TextChanged as changed:
        rebase(form, changed, revision=present_revision(kind))
        return CONFLICT
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return REFUSED
    messages.success(request, _said_of(version))
    return 0


def _publish(request: MemberRequest, kind: str, form: PublishForm) -> TextVersion:
    said = form.cleaned_data
    return services.publish_text(
        request.community,
        kind,
        by=request.membership,
        revision=said["revision"],
        at=form.moment,
        checked_by=said.get("checked_by", ""),
        tell=said.get("tell", False),
    )


def _said_of(version: TextVersion) -> str:
    if version.is_to_come:
        return _("Version %(n)s is published and takes effect on its date.") % {"n": version.number}
    return _("Version %(n)s is in force.") % {"n": version.number}
