"""What the rules of moderation refuse, in sentences for the person who tried."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import DomainError


class ModerationError(DomainError):
    """An act on a case that the rules refuse."""


class CaseMoved(ModerationError):
    """Somebody decided, or the text changed, since the case was opened; carries the case and the last decision."""

    message = _("Somebody decided a moment ago. Your reason is kept below, word for word.")

    def __init__(self, case: Any, decision: Any = None, *, text_changed: bool = False) -> None:
        super().__init__(_("The text changed since you opened it: look again.") if text_changed else "")
        self.case = case
        self.decision = decision
        self.text_changed = text_changed


class GroundMissing(ModerationError):
    message = _("Choose a rule: the author will be told which.")


class ReasonMissing(ModerationError):
    message = _("Say why the text comes back: its author will read it, and whoever looks at the case later.")


class InOtherHands(ModerationError):
    message = _("Somebody else is working on this case.")


class AlreadyDecided(ModerationError):
    message = _("Somebody has decided this case in the meantime: there is nothing left to take.")


class NothingToDecide(ModerationError):
    message = _("The text is gone: there is nothing left to decide.")


class CannotReport(ModerationError):
    message = _("This cannot be reported.")


class TooManyWords(ModerationError):
    message = _("Two thousand watch words at most: each text is compared with all of them. Remove one first.")


class TextRefused(ContentError):
    """A watch word refuses the text; the sentence names the rule, not the list."""

    message = _("This text contains words that are not published here. See the house rules.")


class NameRefused(DomainError):
    """A watch word occurs in a member's profile."""

    message = _("These words are not shown here. See the house rules, and choose others.")
