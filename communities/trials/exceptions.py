"""What the rules of tests refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile, FieldError


class TrialError(ContentError):
    """An act on a test that the rules refuse."""


class NotNow(TrialError):
    """The test takes no applications or no feedback now; the sentence says when it does, or did."""


class AppliedAlready(TrialError):
    message = _("You have applied for this test already.")


class AnswerMissing(TrialError, FieldError):
    """A question without an answer; `field` is the one of the form."""


class NotATester(TrialError):
    message = _("You have no place in this test any more.")


class PledgeMoved(TrialError):
    message = _("The text has changed since you opened this page. Read it again, then accept it.")


class NothingChosen(TrialError):
    message = _("Tick at least one person.")


class TooFewPlaces(TrialError, FieldError):
    """Fewer places than people who have one."""


class TrialClosed(TrialError):
    message = _("This test is closed: nothing about it changes any more.")


class ReleaseThere(TrialError, FieldError):
    """A test has a release of this name already."""


class NotTheSame(TrialError, FieldError):
    """Two reports that cannot be made one; `field` is the one of the form that the sentence belongs to."""


class WordsHeld(TrialError, FieldError):
    message = _("A moderator would have to read these words first. Word the environment differently.")


class TrialChanged(ChangedMeanwhile):
    """Somebody else saved the same test since its form was opened."""
