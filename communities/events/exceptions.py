"""What the rules of events refuse, in a sentence for who tried it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.exceptions import ContentError


class EventError(ContentError):
    """An act on an event that the rules refuse."""


class NoHour(EventError):
    message = _("Say when and where it takes place before you publish it.")


class AllTaken(EventError):
    message = _("All places are now taken. You can join the waiting list.")


class PartyTooLarge(AllTaken):
    message = _("There is no room for all of you right now. Bring fewer people, or join the waiting list.")


class NoRoomForGuests(EventError):
    message = _("There is no room for that many guests. Your registration stays as it was.")


class TooManyGuests(EventError):
    """More guests than each may bring; the sentence says how many, where anybody may."""

    message = _("You cannot bring anybody to this event.")


class RegistrationOver(EventError):
    message = _("Registration has closed.")


class TakenOff(EventError):
    message = _("You were taken off the list. Ask the organisers if you think that this is a mistake.")


class TakenOutOfTeam(EventError):
    message = _("Its captain has taken you out of this team. Choose another, or start one.")


class OnTheList(EventError):
    message = _("This person is on the list already.")


class TeamUnnamed(EventError):
    message = _("Choose a team, or name the one that you start.")


class TeamNameTaken(EventError):
    message = _("There is already a team with this name. Join it, or choose another name.")


class TeamGone(EventError):
    message = _("This team no longer exists. Choose another, or start one.")


class TeamFull(EventError):
    message = _("This team is full. Choose another, or start one.")


class TeamsSettled(EventError):
    message = _("People have already registered: whether they come in teams can no longer be changed.")


class TeamsLarger(EventError):
    message = _("There are larger teams already.")


class CannotCome(EventError):
    message = _("This person cannot read the page of this event.")


class NoPlaceAtTheDoor(EventError):
    message = _("All places are taken, and the event has started: nobody else can move up.")


class Unanswered(EventError):
    message = _("Answer each question.")


class NotThatDay(EventError):
    message = _("All dates keep their day. To move them to another, choose this one and all that follow.")


class DatesAfterEnd(EventError):
    message = _("There are dates after this day. Cancel them first, or choose a later day.")


class EventBegun(EventError):
    message = _("The event has started, so the list can no longer be changed.")


class FewerThanTaken(EventError):
    """A capacity below the places that are taken; the sentence says how many."""


class CancelledAlready(EventError):
    message = _("This event is cancelled, and everybody has been told.")


class OverAlready(EventError):
    message = _("This event is over.")


class CalendarUnreadable(EventError):
    """A file of another calendar that cannot be read; the sentence says what, and in which line."""

    message = _("This is not a calendar file: export it as iCalendar (.ics).")


class NotOverYet(EventError):
    message = _("A report is written once the event is over.")


class ReportedAlready(EventError):
    message = _("There is a report already. Edit that one.")


class WordsNotOpen(EventError):
    message = _("A moderator would have to read these words first. Word them differently.")
