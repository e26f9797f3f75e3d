"""What the rules of calls refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError
from communities.exceptions import ChangedMeanwhile


class CallError(ContentError):
    """An act on a call or an application that the rules refuse."""


class CallThere(CallError):
    message = _("This text already has something under it.")


class CallHeld(CallError):
    message = _("A moderator would have to read these words first. Word the call differently.")


class CallBegun(CallError):
    message = _(
        "Somebody has started an application, so conditions, questions and criteria can no "
        "longer be changed. You can still change the closing date and the jury."
    )


class CallChanged(ChangedMeanwhile):
    """Somebody changed the call since its form was opened."""


class CallNotOpen(CallError):
    message = _("This call takes no applications now. Nothing was changed.")


class ApplicationChanged(ChangedMeanwhile):
    """The application was changed in another window since this one was opened."""


class ApplicationDecided(CallError):
    message = _("This application has been decided, so it can no longer be changed.")


class MovedMeanwhile(CallError):
    message = _(
        "Somebody on the team moved this application a moment ago. Look at it again before you decide."
    )


class NotJudged(CallError):
    message = _("Give each criterion a whole number on its scale.")
