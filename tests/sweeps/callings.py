"""The calls of the sweeps’ world: one that is open, one nobody has answered, one that is over, with its jury."""

from __future__ import annotations

from typing import Any

from communities.calls.applying import save_application
from communities.calls.judging import declare_conflict, send_scores
from communities.calls.models import ApplicationFile, Evaluation
from communities.notifications.models import Notification
from tests.communities.calls.making import a_paper, again, apply, close, make_call, move, said
from tests.conftest import Cast
from tests.factories import make_thread


def make_calls(here: Cast) -> dict[str, Any]:
    latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    call = make_call(here, title="A block for small hands")
    draft = save_application(again(call), said("A block of horn"), by=here.marketing)
    untouched = make_call(here, title="A cleat without a sound")
    jury = frozenset({here.moderator.pk})
    over = make_call(here, title="A sheave for the cold", jury=jury)
    sent = apply(over, by=here.ambassador, title="A sheave of birch", files={"q5": a_paper()})
    chosen = apply(over, by=here.marketing, title="A sheave of bone")
    send_scores(sent, [4, 3], by=here.moderator)
    declare_conflict(chosen, by=here.moderator)
    over = close(over)
    move(chosen, "selected", by=here.owner)
    bare = make_thread(here.forum, by=here.manager, title="What we look for next")
    Notification.objects.filter(pk__gt=latest).delete()
    return {
        "call": call,
        "call_untouched": untouched,
        "call_over": over,
        "call_draft": draft,
        "call_application": sent,
        "application_chosen": chosen,
        "application_file": ApplicationFile.objects.get(application=sent),
        "review_conflict": Evaluation.objects.get(application=chosen),
        "bare_call_post": bare.opening(),
    }
