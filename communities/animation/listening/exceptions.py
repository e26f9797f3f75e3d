from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError, FieldError


class MessageUnsigned(DomainError):
    message = _("This message is not signed with the secret of this address, or was signed too long ago.")


class MessageUnreadable(DomainError):
    message = _("This message holds no mentions.")


class NotAFeed(DomainError):
    message = _("What came is no feed.")


class NameTaken(FieldError):
    message = _("This name is there already.")


class AddressTaken(FieldError):
    message = _("This feed is read already.")


class TooMany(DomainError):
    message = _("There are as many as there can be. Remove one first.")


class NotColleague(FieldError):
    message = _("This person does not read mentions.")


class NotPlanned(DomainError):
    message = _("A reply is no longer planned here.")
