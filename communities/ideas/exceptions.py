"""What the rules of ideas refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile, FieldError


class IdeaError(ContentError):
    """An act on an idea or its box that the rules refuse."""


class NotThisPhase(IdeaError):
    """The box takes no ideas or no votes now; the sentence says when it does, or did."""


class VotesSpent(IdeaError):
    """All votes that a person has in a box are given; the sentence says how many these are."""


class IdeaJoined(IdeaError):
    message = _("This idea was merged into another one. Vote there, and answer there.")


class IdeaDecided(IdeaError):
    message = _("This idea has been decided: it takes no more votes.")


class AnswerHeld(IdeaError):
    message = _("A moderator would have to read this answer first. Word it differently.")


class NotMerged(IdeaError, FieldError):
    """Two ideas that cannot become one; `field` is the one of the form that the sentence belongs to."""


class BoxChanged(ChangedMeanwhile):
    """Somebody else saved the same box since its form was opened."""
