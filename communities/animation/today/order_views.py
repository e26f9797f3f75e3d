"""By what the order of Today is made: the weights, what they would change, the way back to the proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.animation.permissions import can_weigh_matters
from communities.animation.today import weights as weighing
from communities.animation.today.forms import USUAL
from communities.animation.today.listing import gather
from communities.animation.today.ranking import MOST_DAYS, MOST_PEOPLE, moves
from communities.animation.today.weights import EFFORTS, MOST, PROPOSED, WORDS, Weights, weights_of
from communities.exceptions import FieldError
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

# Of so many matters the page says where they would stand.
SHOWN = 30


def _weight(label: Any, why: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, help_text=why)


class WeightsForm(forms.Form):
    harm = _weight(
        WORDS["harm"],
        gettext_lazy(
            "From 0 to 10; proposed: 4. What does harm is rated 0 to 4: the highest degree then weighs as much as eight"
            " people who wait."
        ),
    )
    people = _weight(
        WORDS["people"],
        gettext_lazy(
            "From 0 to 10; proposed: 2. Each person who waits counts this many times, 20 people at most."
        ),
    )
    age = _weight(
        WORDS["age"],
        gettext_lazy("From 0 to 10; proposed: 1. Each day counts this many times, 30 days at most."),
    )
    effort = forms.TypedChoiceField(
        label=WORDS["effort"],
        coerce=int,
        choices=list(EFFORTS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Proposed: fully. Quick things then come before long ones."),
    )

    def weights(self) -> Weights:
        return Weights(**{name: self.cleaned_data[name] for name in WORDS})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.weights().is_within:
            self.add_error("harm", _("At least one of harm, people and age has to count: give it 1 or more."))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_weigh_matters)
def weigh_matters(request: MemberRequest) -> HttpResponse:
    """The weights that hold; tried out on what is due now, kept, or put back to what is proposed."""
    now = weights_of(request.community)
    if request.method != "POST":
        return _page(request, WeightsForm(initial=_said(now)), now)
    if request.POST.get("act") == "reset":
        return _kept(request, PROPOSED, _("The order follows the proposal again."))
    form = WeightsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, now, status=422)
    if request.POST.get("act") == "try":
        return _page(request, form, form.weights(), tried=True)
    try:
        return _kept(request, form.weights(), _("These weights now set the order, for the whole team."))
    except FieldError as refusal:
        form.add_error("harm", str(refusal))
        return _page(request, form, now, status=422)


def _kept(request: MemberRequest, weights: Weights, words: str) -> HttpResponse:
    weighing.weigh_matters(weights, by=request.membership, community=request.community)
    messages.success(request, words)
    return HttpResponseRedirect(reverse("animation:weigh-matters"))


def _said(weights: Weights) -> dict[str, int]:
    return {name: getattr(weights, name) for name in WORDS}


def _page(
    request: MemberRequest, form: WeightsForm, weights: Weights, *, tried: bool = False, status: int = 200
) -> HttpResponse:
    """`weights` are those whose effect is shown: on one’s own list, as nobody reads that of others."""
    gathered = gather(request.community, request.membership)
    found = moves(gathered.ranked, weights, USUAL)
    context = {
        "form": form,
        "tried": tried,
        "moves": found[:SHOWN],
        "moved": sum(one.by != 0 for one in found),
        "entering": [one for one in found if one.fits and not one.fitted],
        "leaving": [one for one in found if one.fitted and not one.fits],
        "minutes": USUAL,
        "is_proposed": weights_of(request.community) == PROPOSED,
        "most": {"people": MOST_PEOPLE, "days": MOST_DAYS},
    }
    return private(render(request, "animation/weigh_matters.html", context, status=status))
