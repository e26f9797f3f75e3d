from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import FieldError


class AlreadySolved(ContentError):
    """Another answer is accepted; it has to be taken back first."""

    message = _("Another answer is accepted already. Take that back first if it was not the right one.")


class AnswerGone(ContentError):
    """A reply was taken away, or stands in another thread, since its page was opened."""

    message = _("This answer is no longer here: it was removed, or moved to another thread.")


class SameError(FieldError, ContentError):
    """A question that cannot be closed as the same as another one; `field` is the one of its form that says why."""


class AssignError(FieldError, ContentError):
    """A thread that cannot be given to this person, or by this day."""


class FeatureError(FieldError, ContentError):
    """A thread that cannot be featured, or not until this day."""


class AssignedMeanwhile(ContentError):
    """Somebody else has given a thread to somebody, or taken it back, since its page was opened."""


class NobodyToAsk(ContentError):
    """No member can be asked to answer a question, or they were asked already."""

    message = _(
        "Nobody can be asked: no other member has answered a question with these tags yet, or not lately."
    )


class AskedAlready(NobodyToAsk):
    message = _("Members have already been asked: that happens once for each question.")


class NothingToAsk(NobodyToAsk):
    message = _("Somebody has answered by now, or the question is closed: nobody needs to be asked.")
