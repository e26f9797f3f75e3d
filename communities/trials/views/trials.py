"""The tests there are, and one of them: what it is for everybody, what it holds for those inside."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from communities.calendar import today
from communities.content.addresses import absolute_address
from communities.content.permissions import can_start_thread
from communities.content.viewers import viewer_of
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.trials.choosing import free_places
from communities.trials.models import Feedback, Participant, Trial
from communities.trials.permissions import FEATURE, can_apply_to_test, can_run_trial
from communities.trials.queries import (
    listed_feedback,
    listed_releases,
    listed_trials,
    may_see_report,
    rows_of,
)
from communities.trials.taking_part import own_row
from communities.trials.views.finding import is_inside, known_trial
from communities.trials.wording import why_no_applications, why_no_feedback


@public_page
@feature_required(FEATURE)
@require_safe
def list_trials(request: CommunityRequest) -> HttpResponse:
    """What could I try before everybody else? Each test with how I stand in it."""
    rows = listed_trials(request.community, viewer_of(request), request.membership)
    day = today(request.community)
    context = {
        "open": [one for one in rows if one.trial.takes_applications(day)],
        "others": [one for one in rows if not one.trial.takes_applications(day)],
        "manages": can_run_trial(request.membership),
        "robots": "" if any(one.trial.is_announced for one in rows) else "noindex",
        "canonical_url": absolute_address(request.community, request.path),
    }
    return render(request, "trials/list_trials.html", context)


@public_page
@feature_required(FEATURE)
@require_safe
def show_trial(request: CommunityRequest, space: str) -> HttpResponse:
    """May I take part, and how? For those inside: what to try now, and what was found already."""
    trial = known_trial(request, space)
    inside = is_inside(request, trial)
    context = {
        **about_trial(request, trial),
        **(_inner(request, trial) if inside else {}),
        "inside": inside,
        "page_description": trial.product,
        "robots": "noindex" if not trial.is_announced or request.GET else "",
        "canonical_url": absolute_address(request.community, trial.space.get_absolute_url()),
    }
    return render(request, "trials/show_trial.html", context)


def about_trial(request: CommunityRequest, trial: Trial) -> dict[str, Any]:
    """What stands at the head of the pages of a test, and beside them."""
    by, day = request.membership, today(request.community)
    mine: Participant | None = own_row(trial, by)
    takes = trial.takes_applications(day)
    may_again = mine is None or mine.state in Participant.MAY_RETURN
    return {
        "trial": trial,
        "space": trial.space,
        "mine": mine,
        "agreed": mine is not None and mine.is_accepted and mine.agreed == trial.pledge,
        "takes_applications": takes,
        "may_apply": takes and may_again and (by is None or can_apply_to_test(by)),
        "why_not": "" if takes else why_no_applications(trial),
        "free": free_places(trial) if trial.goes_on else 0,
        "manages": can_run_trial(by),
        "has_report": may_see_report(trial, viewer_of(request)),
        "crumbs": [
            {"label": _("Beta tests"), "url": reverse("trials:list-trials")},
            {"label": trial.space.name},
        ],
    }


def _inner(request: CommunityRequest, trial: Trial) -> dict[str, Any]:
    """The private part: releases, feedback."""
    by, day = request.membership, today(request.community)
    state, severity = _asked(request, "state", Feedback.State), _asked(request, "severity", Feedback.Severity)
    after = request.GET.get("after", "")
    page = listed_feedback(viewer_of(request), trial, state=state, severity=severity, after=after)
    url = trial.space.get_absolute_url()
    takes, before = trial.takes_feedback(day), request.GET.get("releases", "")
    releases = listed_releases(trial, after=before)
    return {
        "releases": releases.rows,
        "older_releases_url": f"{url}?{urlencode({'releases': releases.older})}#releases"
        if releases.older
        else "",
        "newest_releases_url": f"{url}#releases" if before else "",
        "rows": rows_of(page.rows),
        "chips": _chips(url, state, severity),
        "takes_feedback": takes,
        "may_start": takes and by is not None and can_start_thread(by, trial.space),
        "why_no_feedback": "" if takes else why_no_feedback(trial),
        "older_url": f"{url}?{_query(state, severity, page.older)}#feedback" if page.older else "",
        "newest_url": f"{url}?{_query(state, severity, '')}#feedback" if after else "",
    }


def _asked(request: CommunityRequest, name: str, known: Any) -> str:
    return said if (said := request.GET.get(name, "")) in known.values else ""


def _query(state: str, severity: str, after: str) -> str:
    said = {"state": state, "severity": severity, "after": after}
    return urlencode({name: value for name, value in said.items() if value})


def _chips(url: str, state: str, severity: str) -> list[dict[str, Any]]:
    plain = [(pgettext("of feedback", "All"), "", "")]
    states = [(label, value, "") for value, label in Feedback.State.choices]
    severities = [(label, "", value) for value, label in Feedback.Severity.choices]
    return [
        {
            "label": label,
            "url": f"{url}?{query}#feedback" if (query := _query(of, how, "")) else f"{url}#feedback",
            "current": (of, how) == (state, severity),
        }
        for label, of, how in [*plain, *states, *severities]
    ]
