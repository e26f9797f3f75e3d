"""What acts of ambassadors are worth, by the rate of an answered question that holds today."""

from __future__ import annotations

from collections.abc import Callable

from analytics.roi.models import Rate
from analytics.roi.money import shown, to_minor
from communities.animation.ambassadors.counting import Rater, Worth, raters
from communities.calendar import today
from communities.models import Community


def rate_of_answers(community: Community) -> Callable[[int], Worth] | None:
    """What accepted answers are worth by the rate in force; None where the place has none. One query."""
    versions = Rate.objects.filter(name=Rate.Name.ANSWER, valid_from__lte=today(community))
    rate = versions.order_by("-valid_from", "-id").first()
    if rate is None:
        return None

    def worth(answers: int) -> Worth:
        value, low, high = (
            shown(to_minor(each * answers, community.currency), community.currency, cents=False)
            for each in (rate.value, rate.low, rate.high)
        )
        return Worth(value, low, high, rate.source)

    return worth


def register() -> None:
    raters.register(Rater("answers", rate_of_answers))
