"""Sentences about the days of a test."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.trials.models import Trial


def day_said(day: datetime.date) -> str:
    return str(date_format(day, "DATE_FORMAT"))


def why_no_applications(trial: Trial) -> str:
    """Why a test takes no applications now."""
    if not trial.is_announced:
        return _("This test is not announced yet.")
    if trial.is_closed:
        return _("This test is closed.")
    assert trial.applies_until is not None  # or it took them
    return _("Applications closed on %(day)s.") % {"day": day_said(trial.applies_until)}


def why_no_feedback(trial: Trial) -> str:
    """Why a test takes no feedback now."""
    if trial.is_closed:
        return _("This test is closed: no more feedback is taken. Thank you for yours.")
    assert trial.starts_on is not None  # or it took it
    return _("The test begins on %(day)s. Feedback is taken from then on.") % {
        "day": day_said(trial.starts_on)
    }
