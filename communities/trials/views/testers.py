"""Who has applied for a test, narrowed by criteria; answering one or many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError, NotAllowed
from communities.keysets import ids_in
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.trials.choosing import ANSWERS, MOST_AT_ONCE, Chosen, choose, free_places, remove
from communities.trials.forms import CriteriaForm
from communities.trials.models import Participant, Trial
from communities.trials.permissions import FEATURE
from communities.trials.queries import counts_of_testers, listed_testers
from communities.trials.views.finding import run_trial

SHOWN = ("applied", "waiting", "accepted", "declined", "removed")
CRITERIA = ("levels", "answers", "segment")


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def list_testers(request: MemberRequest, space: str) -> HttpResponse:
    """Whom shall we take? Those who applied, with what they answered; who is ticked is answered at once."""
    trial = run_trial(request, space)
    if request.method == "POST":
        return _answered(request, trial)
    state = state if (state := request.GET.get("shown", "")) in SHOWN else SHOWN[0]
    criteria = CriteriaForm(request.GET, community=request.community)
    rule = criteria.rule()
    page = listed_testers(trial, state, rule.people() if rule else None, after=request.GET.get("after", ""))
    here = reverse("trials:list-testers", args=[trial.space.slug])
    counts = counts_of_testers(trial)
    said = [(name, value) for name in CRITERIA for value in request.GET.getlist(name) if value]
    context = {
        "trial": trial,
        "space": trial.space,
        "rows": page.rows,
        "shown": state,
        "chips": [
            {
                "label": Participant.State(one).label,
                "count": counts.get(one, 0),
                "url": f"{here}?{urlencode([('shown', one), *said])}",
                "current": one == state,
            }
            for one in SHOWN
        ],
        "criteria": criteria,
        "narrowed": rule is not None,
        "ticked": bool(request.GET.get("ticked")),
        "tick_url": f"{here}?{urlencode([('shown', state), *said, ('ticked', '1')])}",
        "plain_url": f"{here}?shown={state}",
        "older": page.older,
        "free": free_places(trial),
        "may_answer": trial.goes_on and state in Participant.CHOOSABLE,
        "answers": [(one.value, one.label) for one in ANSWERS if one.value != state],
        "back": trial.space.get_absolute_url(),
    }
    return render(request, "trials/list_testers.html", context)


def _answered(request: MemberRequest, trial: Trial) -> HttpResponse:
    people = ids_in(request.POST.getlist("tester"), most=MOST_AT_ONCE)
    answer = request.POST.get("answer", "")
    shown = request.POST.get("shown", "")
    back = reverse("trials:list-testers", args=[trial.space.slug])
    back = f"{back}?shown={shown}" if shown in SHOWN else back
    if answer not in [one.value for one in ANSWERS]:
        return redirect(back)
    try:
        _say(request, choose(trial, people, answer, by=member_of(request)), answer)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _say(request: MemberRequest, chosen: Chosen, answer: str) -> None:
    said: dict[str, Any] = {
        "accepted": ngettext(
            "%(n)s person is chosen and told.", "%(n)s people are chosen and told.", chosen.done
        ),
        "waiting": ngettext(
            "%(n)s person is on the waiting list and told.",
            "%(n)s people are on the waiting list and told.",
            chosen.done,
        ),
        "declined": ngettext(
            "%(n)s person is declined and told.", "%(n)s people are declined and told.", chosen.done
        ),
    }
    if chosen.done:
        messages.success(request, said[answer] % {"n": chosen.done})
    if chosen.without_place:
        left = ngettext(
            "No place was left for %(n)s more person: nothing changed for them.",
            "No place was left for %(n)s more people: nothing changed for them.",
            chosen.without_place,
        )
        messages.warning(request, left % {"n": chosen.without_place})


@feature_required(FEATURE)
@require_POST
def remove_tester(request: MemberRequest, space: str, pk: int) -> HttpResponse:
    """Take somebody out of the test: its space is closed to them at once."""
    trial = run_trial(request, space)
    try:
        if remove(trial, pk, by=member_of(request)):
            messages.success(request, _("Taken out of the test, and told. The place is free."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('trials:list-testers', args=[trial.space.slug])}?shown=accepted")
