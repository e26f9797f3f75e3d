"""The call as something that stands under a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.calls.models import Application, Call, Moment
from communities.calls.permissions import FEATURE, can_apply, can_edit_call, runs_calls
from communities.calls.queries import call_of, is_juror, own_application
from communities.content.insets import Inset
from communities.content.kinds import ThreadKind
from communities.content.models import State, Thread
from communities.drawing import lasts_until
from communities.middleware import CommunityRequest
from communities.models import Membership


class CallInset(Inset):
    name = Call.INSET
    feature = FEATURE
    label = gettext_lazy("Call for projects")
    add_label = gettext_lazy("Make it a call for projects")
    add_route = "calls:add-call"
    in_new_text = False

    def suits(self, kind: ThreadKind) -> bool:
        """It is what the team asks under a text of its own, and whoever may reply applies: not under what members put
        forward, nor where nobody replies."""
        return not kind.proposes and kind.kind.has_replies

    def may_add(self, by: Membership) -> bool:
        return runs_calls(by)

    def form(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> forms.Form:
        raise NotImplementedError("a call has a page of its own")

    def draw(self, thread: Thread, request: CommunityRequest) -> str:
        call = call_of(thread)
        return draw_call(call, request) if call is not None else ""

    def words(self, thread: Thread) -> list[str]:
        call = call_of(thread)
        if call is None:
            return []
        asked = [word for one in call.questions for word in (one["words"], *one["options"])]
        return [*call.conditions, *asked, *(one["name"] for one in call.criteria)]

    def told(self, threads: Sequence[int]) -> dict[int, str]:
        told = {}
        for call in Call.objects.of_threads(threads):
            closes = date_format(localtime(call.closes_at), "DATETIME_FORMAT")
            conditions = "".join(f"<li>{escape(one)}</li>" for one in call.conditions)
            said = _("Call for projects, open until %(moment)s.") % {"moment": closes}
            told[call.thread_id] = f"<p><strong>{escape(said)}</strong></p>" + (
                f"<ul>{conditions}</ul>" if conditions else ""
            )
        return told

    def empty(self, threads: Sequence[int]) -> None:
        for call in Call.objects.of_threads(list(threads)):
            call.conditions = []
            call.questions = [
                {**one, "words": "", "options": ["" for _option in one["options"]]} for one in call.questions
            ]
            call.criteria = [{**one, "name": ""} for one in call.criteria]
            call.save(update_fields=["conditions", "questions", "criteria"])


def draw_call(call: Call, request: CommunityRequest) -> str:
    """The block of a call: its hours, its conditions, and the one thing that this reader can do now."""
    by = request.membership
    moment = call.moment
    if moment != Moment.CLOSED:
        lasts_until(call.opens_at if moment == Moment.BEFORE else call.closes_at)
    own = own_application(call, by)
    judges = is_juror(call, by)
    context = {
        "call": call,
        "moment": moment.value,
        "own": own,
        "judges": judges,
        "applies": moment == Moment.OPEN and can_apply(by, call, judges=judges) and _may_write(own),
        "opens_to_members": by is None,
        "manages": can_edit_call(by, call),
        "runs": runs_calls(by),
        "is_public": call.thread.state == State.PUBLISHED,
    }
    return render_to_string("calls/call.html", context, request)


def _may_write(own: Application | None) -> bool:
    return own is None or own.decided_at is None
