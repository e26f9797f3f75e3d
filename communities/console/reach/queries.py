"""What the page about domains shows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.console.reach.examining import (
    PROOF_KEY,
    PROOF_PREFIX,
    Finding,
    Findings,
    Mark,
    findings_of,
    platform_name,
)
from communities.console.reach.pace import HELD
from communities.mailing.models import Sender
from communities.models import Community, Domain
from communities.queries import community_root


@dataclass(frozen=True)
class Record:
    """One line of a table of records: what to copy, and how it stands."""

    label: str
    hint: str
    kind: str
    name: str
    value: str
    state: str  # good, warn, bad; empty where nothing is known
    icon: str
    said: str


@dataclass(frozen=True)
class DomainRow:
    domain: Domain
    state: str
    icon: str
    said: str
    facts: list[str]
    records: list[Record]
    can_be_primary: bool

    @property
    def is_looking(self) -> bool:
        return is_looking(self.domain)

    @property
    def mail_to_keeper(self) -> str:
        return mail_with(self.records, self.domain.host)


def mail_with(records: list[Record], name: str) -> str:
    """The address of a mail, still without a recipient, that asks whoever keeps a domain for these records."""
    subject = _("DNS records for %(name)s") % {"name": name}
    lines = [f"{one.name}\n{one.kind}\n{one.value}" for one in records if one.value]
    body = _("Please set these records:") + "\n\n" + "\n\n".join(lines)
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"


def is_looking(row: Domain | Sender) -> bool:
    """Whether it is being looked up, or will be in a moment; a look that a dead worker left lying does not count."""
    since = row.looking_since
    return since is not None and since > timezone.now() - HELD


def domains_page(community: Community) -> dict[str, Any]:
    domains = list(Domain.objects.filter(community=community).order_by("-primary", "-verified", "host"))
    primary = next((one for one in domains if one.primary), None)
    rows = [_row(one, primary) for one in domains]
    return {
        "rows": rows,
        "primary": primary,
        "root": community_root(community),
        "is_looking": any(row.is_looking for row in rows),
        "has_public_name": bool(platform_name()),
    }


def _row(domain: Domain, primary: Domain | None) -> DomainRow:
    findings = findings_of(domain.findings)
    state, icon, said = _standing(domain)
    return DomainRow(
        domain=domain,
        state=state,
        icon=icon,
        said=said,
        facts=_facts(domain, primary),
        records=[] if domain.works else [_address(domain, findings), _proof(domain, findings.proof)],
        can_be_primary=domain.works and not domain.primary,
    )


def _standing(domain: Domain) -> tuple[str, str, str]:
    if domain.works:
        return "good", "check", pgettext("domain", "Works")
    if domain.findings.get("taken"):
        return "bad", "alert", _("Belongs to another community")
    if domain.lost_at is not None:
        return "bad", "alert", _("No longer points here")
    if domain.verified:
        return "warn", "alert", _("Does not point here now")
    return "warn", "clock", pgettext("domain", "Waits for its records")


def _facts(domain: Domain, primary: Domain | None) -> list[str]:
    facts = []
    if domain.primary:
        facts.append(_("Main address"))
    elif domain.works and primary is not None and primary.lost_at is None:
        facts.append(_("Leads to the main address"))
    elif domain.works:
        facts.append(_("Shows the community"))
    return facts


def _address(domain: Domain, findings: Findings) -> Record:
    """A name of its own takes a CNAME; the top of a domain cannot have one, so addresses stand there."""
    name, targets = platform_name(), findings.targets
    is_top = domain.host.count(".") == 1
    if targets and (is_top or not name):
        kind, value = "AAAA" if ":" in targets[0] else "A", targets[0]
        others = ", ".join(targets[1:])
    else:
        kind, value = "CNAME", f"{name}." if name else ""
        others = ", ".join(targets)
    hint = _("or an address record: %(addresses)s") % {"addresses": others} if others else ""
    return Record(
        _("Address"), hint, kind, domain.host, value, *words_of(findings.address, domain.checked_at)
    )


def _proof(domain: Domain, finding: Finding) -> Record:
    name, value = f"{PROOF_PREFIX}{domain.host}", f"{PROOF_KEY}{domain.token}"
    return Record(
        _("Proof"), _("shows that it is yours"), "TXT", name, value, *words_of(finding, domain.checked_at)
    )


def words_of(finding: Finding, checked_at: datetime.datetime | None) -> tuple[str, str, str]:
    """State, icon and sentence of a record as it was found."""
    seen = ", ".join(finding.seen)
    if finding.mark is Mark.FOUND:
        return "good", "check", _("Found")
    if finding.mark is Mark.MISSING:
        return "bad", "alert", _("Not found")
    if finding.mark is Mark.PRIVATE:
        return "bad", "alert", _("Leads to a private address: %(seen)s") % {"seen": seen}
    if finding.mark is Mark.WRONG:
        return "bad", "alert", _("Something else is there: %(seen)s") % {"seen": seen}
    if checked_at is None:
        return "", "clock", _("Not looked up yet")
    return "warn", "clock", _("No answer: it will be asked again")
