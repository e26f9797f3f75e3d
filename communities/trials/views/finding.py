"""The test that an address means."""

from __future__ import annotations

from django.http import Http404

from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.middleware import CommunityRequest
from communities.trials.models import Trial
from communities.trials.permissions import can_run_trial
from communities.trials.queries import find_trial


def known_trial(request: CommunityRequest, slug: str) -> Trial:
    """A test that this reader may know of; raises Http404."""
    found = find_trial(request, slug)
    if found is None:
        raise Http404
    return found


def inner_trial(request: CommunityRequest, slug: str) -> Trial:
    """A test whose private space this reader reads; raises Http404, as if there were none."""
    found = known_trial(request, slug)
    if found.pk not in viewer_of(request).space_ids:
        raise Http404
    return found


def run_trial(request: CommunityRequest, slug: str) -> Trial:
    """A test for somebody who runs it; raises Http404, NotAllowed."""
    found = known_trial(request, slug)
    if not can_run_trial(request.membership):
        raise NotAllowed
    return found


def is_inside(request: CommunityRequest, trial: Trial) -> bool:
    return trial.pk in viewer_of(request).space_ids
