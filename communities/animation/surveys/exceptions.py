from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class SurveyChanged(ChangedMeanwhile):
    """Somebody else has changed it since its form was opened, or people have been asked meanwhile."""


class AskedAlready(DomainError):
    message = _("People have already been asked, so the questions can no longer be changed.")


class SurveyOver(DomainError):
    message = _("This survey has ended. Thank you for wanting to answer.")


class AnsweredAlready(DomainError):
    message = _("You have answered this survey. Thank you.")


class NothingSaid(FieldError):
    """Nothing was answered at all."""

    def __init__(self) -> None:
        super().__init__(_("Answer at least one question, or say “Not now”."))


class CannotReopen(DomainError):
    message = _("Its last day has passed. Ask again with a new survey.")


class OpensInThePast(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This day is over. Choose today or a later one."), field="day")
