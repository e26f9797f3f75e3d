"""What the rules of challenges refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class ChallengeError(ContentError):
    """An act on a challenge that the rules refuse."""


class NoDates(ChallengeError):
    message = _("Set the closing date and the rules before you publish it.")


class NotNow(ChallengeError):
    """Not in this phase; the sentence says when."""


class RulesChanged(ChallengeError):
    message = _("The rules have changed since you opened this page. Read them again before you enter.")


class AllSent(ChallengeError):
    """All entries that each may send were sent; the sentence says how many."""


class NotEntered(ChallengeError):
    message = _("Choose a text of yours that everybody here can read and that is not entered already.")


class OwnEntry(ChallengeError):
    message = _("You cannot vote for your own entry.")


class GoneEntry(ChallengeError):
    message = _("This entry no longer takes part.")


class MarksWrong(ChallengeError):
    message = _("Give each criterion a whole mark from 1 to 10, or abstain.")


class NotOnJury(ChallengeError):
    message = _("Choose an active member of this community.")


class JuryBusy(ChallengeError):
    message = _("The jury has started, so it can no longer be changed.")


class Fixed(ChallengeError):
    """What cannot change any more; the sentence says what."""


class CancelledAlready(ChallengeError):
    message = _("This challenge is cancelled, and everybody who entered has been told.")


class DecidedAlready(ChallengeError):
    message = _("This challenge is decided.")


class WordsNotOpen(ChallengeError):
    message = _("A moderator would have to read these words first. Word them differently.")
