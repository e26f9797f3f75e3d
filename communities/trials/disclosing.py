"""What is kept of people who test, and what they may take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership
from communities.trials.models import Also
from communities.trials.permissions import FEATURE

READ = 500


def also_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """Which reports somebody said to have, too, and since when."""
    rows = Also.objects.filter(person=membership).order_by("pk")
    said = rows.values_list("feedback__thread__title", "feedback__trial__space__name", "at")
    for title, test, at in said.iterator(chunk_size=READ):
        yield {"feedback": title, "test": test, "at": at}


def has_trials(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    applied = _("which beta tests you applied for, your answers, and which text you accepted when")
    kept.register(Kept("testers", applied, _("until you leave, or are erased"), 14, has_trials))
    until = _("until the feedback goes; the name goes when you take your texts along or are erased")
    what = _("which feedback on beta tests you said you have too")
    kept.register(Kept("feedback too", what, until, 14, has_trials))
    taken.register(Taken("feedback_too", what, also_of))
