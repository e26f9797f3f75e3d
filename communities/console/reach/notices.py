"""What owners are told of their domains and their sender. The occasion holds the name that it is about."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mailing.models import Sender
from communities.models import Domain, Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.services import tell
from communities.permissions import can_edit_domains

DOMAINS, SENDER = "/manage/domains/", "/manage/sender/"


def tell_owners(notice: str, name: str, *, occasion: str) -> None:
    """One line and one mail for each owner; the same occasion twice is one. In the scope of the community."""
    owners = Membership.objects.active().in_role(Membership.Role.OWNER).values_list("pk", flat=True)
    path = SENDER if notice == "sender_failed" else DOMAINS
    tell(notice, list(owners), About(path=path, occasion=f"{name} {occasion}"))


class ReachNotice(Notice):
    heading = Heading.RUNNING
    icon = "globe"
    mail_kind = "decision"
    act: ClassVar[str | Promise] = gettext_lazy("Open the page")

    def is_asked(self, membership: Membership) -> bool:
        return can_edit_domains(membership)

    def name_of(self, line: Line) -> str:
        return str(line.occasion).partition(" ")[0]

    def lead(self, line: Line) -> str:
        raise NotImplementedError

    def words(self, line: Line) -> Words:
        return Words(self.lead(line), str(self.act), _("You own this place."))


def _domain(line: Line, reading: Reading) -> Domain | None:
    """The domain of a line, all of them asked for at once."""
    if "domains" not in reading.memo:
        rows = Domain.objects.filter(community=reading.community)
        reading.memo["domains"] = {row.host: row for row in rows}
    found: Domain | None = reading.memo["domains"].get(str(line.occasion).partition(" ")[0])
    return found


@declare
class DomainChecked(ReachNotice):
    name = "domain_checked"
    label = gettext_lazy("Domain works")
    order = 80
    question = gettext_lazy("A domain of this place begins to work")
    mail_kind = "news"
    way_out = gettext_lazy("No more mails of this kind")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        domain = _domain(line, reading)
        return domain is not None and domain.works and can_edit_domains(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("%(domain)s works") % {"domain": self.name_of(line)}

    def lead(self, line: Line) -> str:
        return _("Its records are in place, and it leads to your community.")


@declare
class DomainFailed(ReachNotice):
    name = "domain_failed"
    label = gettext_lazy("Domain fails")
    icon = "alert"
    order = 81

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        domain = _domain(line, reading)
        return domain is not None and not domain.works and can_edit_domains(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("%(domain)s no longer points here") % {"domain": self.name_of(line)}

    def lead(self, line: Line) -> str:
        return _(
            "Its records have pointed elsewhere for a day. Nobody is sent there any more; your "
            "community can be found at its address on the platform until they lead here again."
        )


@declare
class SenderFailed(ReachNotice):
    name = "sender_failed"
    label = gettext_lazy("Sender fails")
    icon = "alert"
    order = 82

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "sender" not in reading.memo:
            reading.memo["sender"] = Sender.objects.first()
        sender = reading.memo["sender"]
        is_same = sender is not None and sender.address == self.name_of(line)
        return is_same and sender.lost_at is not None and can_edit_domains(reading.membership)

    def sentence(self, line: Line) -> str:
        return _("Your mails are not signed")

    def lead(self, line: Line) -> str:
        return _(
            "The key of %(address)s has been missing from its domain for a day. Your mails are sent "
            "from the platform’s address until it is there again."
        ) % {"address": self.name_of(line)}
