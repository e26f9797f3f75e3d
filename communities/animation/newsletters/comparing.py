"""Two subjects against each other, and an honest word on which was followed more.

The text of a mail shows its subject only in the inbox, so that one subject alone can change who opens and follows.
Each second copy, by its number, comes with the second one. Which is better is said where a difference as large would
come by chance in fewer than one of twenty newsletters with two equal subjects, and otherwise not; and it is said once,
some days after the last mail has left.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterVersion
from communities.intervals import wilson

# One in twenty.
CHANCE = 0.05
# The normal approximation holds from so many expected on each side, followers and others.
FEWEST = 5
# Whoever looks every hour finds a difference at some hour: a word is said once, when hardly anybody follows any more.
SETTLES_AFTER = datetime.timedelta(days=3)


@dataclass(frozen=True)
class Arm:
    """One of the two subjects: to how many it went, how many followed a link."""

    subject: str
    people: int
    followers: int

    @property
    def share(self) -> float:
        return self.followers / self.people if self.people else 0.0

    @property
    def points(self) -> float:
        """In percent."""
        return 100 * self.share

    @property
    def said(self) -> str:
        """“13.9%, between 11.0% and 17.5%”, in the language in force; empty where it went to nobody."""
        if not self.people:
            return ""
        low, high = (number_format(round(100 * end, 1), 1) for end in wilson(self.followers, self.people))
        share = {"share": number_format(round(self.points, 1), 1), "low": low, "high": high}
        return _("%(share)s%%, between %(low)s%% and %(high)s%%") % share


@dataclass(frozen=True)
class Comparison:
    """What came of two subjects."""

    first: Arm
    second: Arm
    # Whether the days have passed in which most people follow.
    is_settled: bool = True

    @property
    def arms(self) -> list[Arm]:
        return [self.first, self.second]

    @property
    def enough(self) -> bool:
        """Whether there is anything that could be told."""
        people, followers = (
            self.first.people + self.second.people,
            self.first.followers + self.second.followers,
        )
        if not people:
            return False
        expected = [
            arm.people * part / people
            for arm in (self.first, self.second)
            for part in (followers, people - followers)
        ]
        return min(expected) >= FEWEST

    @property
    def chance(self) -> float:
        """How often two equal subjects would differ as much, out of 1 (two proportions, pooled, both sides)."""
        people = self.first.people + self.second.people
        pooled = (self.first.followers + self.second.followers) / people if people else 0.0
        if not self.enough:
            return 1.0
        error = math.sqrt(pooled * (1 - pooled) * (1 / self.first.people + 1 / self.second.people))
        return math.erfc(abs(self.first.share - self.second.share) / error / math.sqrt(2))

    @property
    def better(self) -> Arm | None:
        """The one that was followed more, where that can be told."""
        if not self.is_settled or self.chance >= CHANCE:
            return None
        return max(self.first, self.second, key=lambda arm: arm.share)


def comparisons_of(newsletter: Newsletter) -> list[Comparison]:
    """Of each language that has two subjects: only people who got the same words are compared. One query."""
    versions = [one for one in newsletter.versions.all() if one.is_compared]
    if not versions:
        return []
    rows = (
        newsletter.counts.get("halves", ())
        if newsletter.counted_at is not None
        else NewsletterCopy.objects.of(newsletter)
        .filter(with_other__isnull=False)
        .values_list("language", "with_other")
        .annotate(people=Count("pk"), followers=Count("pk", filter=~Q(clicked=[])))
        .order_by()
    )
    found = {(str(language), bool(other)): (people, n) for language, other, people, n in rows}
    ended = newsletter.finished_at
    is_settled = ended is not None and timezone.now() >= ended + SETTLES_AFTER
    return [_of(version, found, is_settled) for version in versions]


def _of(
    version: NewsletterVersion, found: dict[tuple[str, bool], tuple[int, int]], is_settled: bool
) -> Comparison:
    first, second = (
        Arm(subject, *found.get((version.language, other), (0, 0)))
        for subject, other in ((version.subject, False), (version.other_subject, True))
    )
    return Comparison(first, second, is_settled)
