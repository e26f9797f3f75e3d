"""What kinds of lines the ledger has, and how sure each is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    BENEFIT = "B", _("Benefit")
    COST = "C", _("Cost")


class Confidence(models.TextChoices):
    MEASURED = "measured", _("measured")
    VALUED = "valued", _("valued")
    ELSEWHERE = "elsewhere", _("counted elsewhere")


class Evidence(models.IntegerChoices):
    """How well a benefit is proved: the ladder of stars."""

    ASSUMED = 0, _("counted, at a rate")
    ATTRIBUTED = 1, _("attributed")
    COMPARED = 2, _("compared with a similar group")
    RANDOMISED = 3, _("randomised")


class Measure(models.TextChoices):
    """What is counted and may be worth something: the lines of the results page."""

    ORDER = "order", _("Orders, margin")
    LEAD = "lead", _("Qualified contacts")
    IMPRESSION = "impression", _("Own banners, media value")
    VISIT = "visit", _("Visits from search engines")
    ANSWER = "answer", _("Questions answered by members")
    CALL = "call", _("Calls that answers saved their readers")
    OUTCOME = "outcome", _("Ideas and projects of members")

    @property
    def counted(self) -> str:
        """What is counted, where the label says what it is worth."""
        return str(_("Viewable impressions of your banners") if self == Measure.IMPRESSION else self.label)
