"""What the rules of events refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class EventError(ContentError):
    """An act on an event that the rules refuse."""


class NoHour(EventError):
    message = _("Say when and where it takes place before you publish it.")


class AllTaken(EventError):
    message = _("All places are taken by now. You can join the waiting list.")


class PartyTooLarge(AllTaken):
    message = _("There is no room for all of you right now. Bring fewer people, or join the waiting list.")


class NoRoomForGuests(EventError):
    message = _("There is no room for that many guests. Your registration stays as it was.")


class TooManyGuests(EventError):
    """More guests than each may bring; the sentence says how many, where anybody may."""

    message = _("You cannot bring anybody to this event.")


class RegistrationOver(EventError):
    message = _("Registration is over.")


class EventBegun(EventError):
    message = _("The event has begun, so the list stays as it is.")


class FewerThanTaken(EventError):
    """A capacity below the places that are taken; the sentence says how many."""


class CancelledAlready(EventError):
    message = _("This event is cancelled, and everybody has been told.")


class OverAlready(EventError):
    message = _("This event is over.")


class WordsNotOpen(EventError):
    message = _("A moderator would have to read these words first. Word the place or the price differently.")
