from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class RoiError(DomainError):
    """Input that cannot be taken as it is; the sentence says what to correct."""


class NameTaken(RoiError):
    """Somebody, or the second press of one button, was a moment earlier."""

    message = _("This name or code is already taken.")


class FileRefused(RoiError):
    """A file of orders that cannot be read, or with lines that cannot be taken. Nothing of it was kept."""

    message = _("This file cannot be read. Nothing was loaded.")

    def __init__(self, message: object = "", problems: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class SignatureRefused(RoiError):
    """A message that its shop did not sign, or signed too long ago."""

    message = _("This message is not signed by the shop.")


class MessageRefused(RoiError):
    """A signed message whose content cannot be understood."""

    message = _("This message does not describe an order.")


class NotAsked(RoiError):
    """A word on an answer from somebody who is not asked, or of one that is not marked as helpful any more."""

    message = _(
        "Nothing is asked here: the answer is not marked as helpful, or you wrote it or asked for it."
    )


class MonthClosed(RoiError):
    """A verdict of a month whose figures were reported."""

    message = _("The month of this contact is closed: what was decided stays.")


class AlreadyRunning(RoiError):
    message = _("This file is being read already.")
