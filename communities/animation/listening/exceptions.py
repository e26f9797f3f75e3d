from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError, FieldError


class MessageUnsigned(DomainError):
    message = _("This message is not signed with the secret of this address, or was signed too long ago.")


class MessageUnreadable(DomainError):
    message = _("This message contains no mentions.")


class NotAFeed(DomainError):
    message = _("This is not a feed.")


class NameTaken(FieldError):
    message = _("This name is already there.")


class AddressTaken(FieldError):
    message = _("This feed is already being read.")


class TooMany(DomainError):
    message = _("No more can be added. Remove one first.")


class NotColleague(FieldError):
    message = _("This person does not read mentions.")


class NotPlanned(DomainError):
    message = _("A reply is no longer planned here.")
