"""What is kept of people who enter, vote and judge, and how long, for the proposed texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.challenges.models import Assessment
from communities.challenges.permissions import FEATURE
from communities.challenges.phases import lines_of
from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership

READ = 500


def marks_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """Which marks somebody gave as a juror, and from which entries they abstained, by the number of each entry."""
    rows = Assessment.objects.filter(juror__membership=membership).order_by("pk")
    said = rows.values_list(
        "juror__challenge__thread__title",
        "juror__challenge__criteria",
        "entry__number",
        "marks",
        "abstains",
        "made_at",
    )
    for title, criteria, number, marks, abstains, at in said.iterator(chunk_size=READ):
        yield {
            "challenge": title,
            "entry": number,
            "criteria": lines_of(criteria),
            "marks": marks,
            "abstains": abstains,
            "at": at,
        }


def has_challenges(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _(
        "what you entered in challenges and under which version of their rules, your vote, and "
        "your marks as a juror"
    )
    until = _(
        "entries as long as their texts; votes and marks until you leave, or the challenge goes with its text"
    )
    kept.register(Kept("challenges", what, until, 13, has_challenges))
    taken.register(Taken("challenge_marks", _("the marks that you gave in juries of challenges"), marks_of))
