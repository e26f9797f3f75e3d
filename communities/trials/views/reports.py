"""What came of a test, once it is closed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address
from communities.content.viewers import viewer_of
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.trials.counting import sums_of, table_of
from communities.trials.models import Feedback, Trial
from communities.trials.permissions import FEATURE
from communities.trials.queries import may_see_report, mended_feedback
from communities.trials.views.finding import known_trial


@public_page
@feature_required(FEATURE)
@require_safe
def show_report(request: CommunityRequest, space: str) -> HttpResponse:
    """Words of the team, figures as they were when the test was closed, and, for those inside, what was fixed."""
    trial, viewer = known_trial(request, space), viewer_of(request)
    if not may_see_report(trial, viewer):
        raise Http404
    is_for_all = trial.report_for == Trial.ReportFor.ALL
    context = {
        "trial": trial,
        "space": trial.space,
        "figures": trial.figures,
        "states": [label for _value, label in Feedback.State.choices],
        "table": table_of(trial.figures),
        "sums": sums_of(trial.figures),
        "mended": mended_feedback(viewer, trial),
        "is_for_all": is_for_all,
        "robots": "" if is_for_all else "noindex",
        "canonical_url": absolute_address(request.community, request.path),
        "crumbs": [
            {"label": _("Beta tests"), "url": reverse("trials:list-trials")},
            {"label": trial.space.name, "url": trial.space.get_absolute_url()},
            {"label": _("Closing report")},
        ],
    }
    return render(request, "trials/show_report.html", context)
