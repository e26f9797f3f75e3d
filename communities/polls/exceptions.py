"""What the rules of polls refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile


class PollError(ContentError):
    """An act on a poll that the rules refuse."""


class PollOver(PollError):
    """The poll has closed; the sentence says when."""


class PollReworded(PollError):
    message = _("The poll has been changed since you opened this page. Open it again, and choose once more.")


class VotedAlready(PollError):
    message = _("You have voted in this poll, and votes in it cannot be changed.")


class NothingChosen(PollError):
    message = _("Choose an answer first.")


class AnswerWithdrawn(PollError):
    message = _("An answer that you chose has been withdrawn in the meantime. Choose another one.")


class AnswerThere(PollError):
    message = _("This answer is already there: vote for it.")


class AnswerBlank(PollError):
    message = _("Write the answer first.")


class AnswerTooLong(PollError):
    """The sentence says how long one may be."""


class NoMoreAnswers(PollError):
    """The sentence says of whom there are as many as there may be."""


class TooManyChosen(PollError):
    """More answers than a ballot may name."""


class RankedTwice(PollError):
    message = _("Two answers have the same number. Use each number once.")


class PollThere(PollError):
    message = _("This text already has a poll.")


class VotesCast(PollError):
    message = _(
        "People have voted on these words, so they can no longer be changed. You can still "
        "change when the poll closes, or close it."
    )


class PollNotOpen(PollError):
    message = _("A moderator would have to read these words first. Word the poll differently.")


class PollChanged(ChangedMeanwhile):
    """Somebody voted, or changed the poll, since its form was opened; or it stands elsewhere by now."""
