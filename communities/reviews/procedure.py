"""How reviews are checked, as the law has readers told (Code de la consommation, L. 111-7-2 and D. 111-16 ff.).

Each sentence follows from what is in force, so that none can promise what is not done.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Space
from communities.content.services.composing import mode_of
from communities.models import Community
from communities.reviews.counting import FEWEST
from communities.reviews.seams import checks_orders


def reading_said(space: Space, community: Community) -> str:
    """Who reads a review, and when."""
    mode = mode_of(space, community)
    if mode == "pre":
        return _("A moderator reads each review before it appears.")
    if mode == "post":
        return _("Reviews appear at once, and the team reads each of them afterwards.")
    if mode == "hybrid":
        return _(
            "A moderator reads the first texts of a newcomer before they appear. Other reviews appear at once; the "
            "team reads those that somebody reports."
        )
    return _("Reviews appear at once; the team reads those that somebody reports.")


def experience_said() -> str:
    """What shows that the author has used what they speak of."""
    if checks_orders():
        return _(
            "“Order verified” means that the shop confirms an order with this number as the "
            "author’s; what was bought is not compared. Reviews without these words are not "
            "verified."
        )
    return _(
        "No orders are verified here: we have only the authors’ word that they have used what they review."
    )


def average_said() -> str:
    said = ngettext(
        "They count every review that can be read here, except those of things received free or "
        "for a benefit. An average is shown once there is %(n)s review.",
        "They count every review that can be read here, except those of things received free or "
        "for a benefit. An average is shown once there are %(n)s reviews.",
        FEWEST,
    )
    return said % {"n": FEWEST}


def in_short(space: Space, community: Community) -> list[str]:
    """What stands beside the reviews; one query."""
    return [
        reading_said(space, community),
        experience_said(),
        _("Reviews of things received free or for a benefit are marked, and do not count in any figure."),
    ]


def in_full(space: Space, community: Community) -> list[tuple[str, str]]:
    """All of it, each with its heading; one query."""
    return list(_told(space, community))


def _told(space: Space, community: Community) -> Iterator[tuple[str, str]]:
    watched = _("A review that contains a watch word can be held for a moderator, or refused.")
    yield _("Who reads them"), f"{reading_said(space, community)} {watched}"
    yield _("Who has used it"), experience_said()
    yield (
        _("Advantages"),
        _(
            "Authors are asked whether they got it free or in exchange for something. If so, their "
            "review says so, and counts neither in the average nor in the distribution."
        ),
    )
    yield (
        _("One review each"),
        _(
            "Each member has one review of each product or place, and can change it; the page says on which day it was "
            "written, in which month it was used, and when the review was changed."
        ),
    )
    yield _("Average and distribution"), average_said()
    yield (
        _("The order"),
        _(
            "The newest come first. Readers can choose the best or the worst first, a number of "
            "stars, or verified orders only; nothing else moves a review up or down."
        ),
    )
    yield from _told_of_acts()


def _told_of_acts() -> Iterator[tuple[str, str]]:
    """What authors, the brand and readers can do."""
    yield (
        _("Refused reviews"),
        _(
            "Anyone whose review is refused or removed is told the reason and the rule, and can "
            "appeal to somebody else on the team. A removed review can be rewritten."
        ),
    )
    yield (
        _("Answers and doubts"),
        _(
            "The brand answers under the review. Anyone who doubts that a review is genuine can use "
            "“Report” and say why, free of charge and without an account."
        ),
    )
    yield (
        _("How long they stay"),
        _(
            "A review stays as long as this community, unless its author or a decision of moderation removes it."
        ),
    )
