"""What the rules for domains and senders refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class DomainTaken(DomainError):
    """Another community here has proved that it is theirs; which one is nobody’s business."""

    message = _(
        "This domain belongs to another community here. If it is yours, put the proof record in place and ask the"
        " operator."
    )


class HostRefused(DomainError):
    message = _("This is not a domain name that people could reach. Write it as in community.example.org.")


class HostOfPlatform(DomainError):
    message = _("This is an address of the platform itself. Choose a domain of your own.")


class KnownDomain(DomainError):
    message = _("This domain is in your list already.")


class TooManyDomains(DomainError):
    message = _("A community has at most twenty domains. Release one that you do not need.")


class NotVerified(DomainError):
    message = _("This domain does not lead here yet. Put both records in place first.")


class AskedJustNow(DomainError):
    message = _("It was looked up a moment ago. Records take some minutes to be seen: try again then.")


class NoSender(DomainError):
    message = _("Set the sender’s address first.")
