"""Surveys and their answers travel, and who has been asked lately too: nobody is asked twice for having moved."""

from __future__ import annotations

from communities.animation.surveys.models import Answer, Asked, Question, Sheet, Survey, Unasked
from communities.portable import Portable, register_about, register_portable

ABOUT = (
    "survey_written", "survey_edited", "survey_scheduled", "survey_called_off", "survey_deleted",
    "survey_closed", "survey_reopened", "survey_words_removed",
)  # fmt: skip


def register() -> None:
    register_portable(
        Portable(Survey, named=True),
        Portable(Question),
        Portable(Asked),
        Portable(Sheet),
        Portable(Answer),
        Portable(Unasked),
    )
    register_about(Survey, acts=ABOUT)
