"""What the page about the sender shows."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.console.reach.examining import Finding, Mark
from communities.console.reach.queries import Record, is_looking, mail_with, words_of
from communities.console.reach.records import dmarc_wanted, findings_of_sender, spf_wanted
from communities.console.reach.senders import TEST_MAIL
from communities.keysets import NUMBER, Keyset, Page
from communities.mailing.models import MailReturn, Sender
from communities.mailing.returns import count_mails, stopped_here
from communities.mails import sender_of
from communities.models import Community
from members.models import OutgoingMail

SHOWN, PAGE = 5, Keyset(("pk", NUMBER), size=40)


def sender_page(community: Community) -> dict[str, Any]:
    sender = Sender.objects.first()
    stopped = list(stopped_here()[: SHOWN + 1])
    tests = OutgoingMail.objects.of(community.pk).filter(kind=TEST_MAIL.name)
    records = _records(sender) if sender else []
    return {
        "sender": sender,
        "in_force": sender_of(community),
        "records": records,
        "mail_to_keeper": mail_with(records, sender.domain) if sender else "",
        "is_looking": sender is not None and is_looking(sender),
        "count": count_mails(community.pk, timezone.now()),
        "stopped": stopped[:SHOWN],
        "more_stopped": len(stopped) > SHOWN,
        "last_test": tests.order_by("-made_at").first(),
    }


def stopped_page(cursor: str) -> Page[MailReturn]:
    return PAGE.newest_after(stopped_here(), cursor)


def _records(sender: Sender) -> list[Record]:
    found = findings_of_sender(sender)
    checked = sender.checked_at
    spf = Record(
        "SPF",
        _("who may send"),
        "TXT",
        sender.domain,
        spf_wanted(sender, found["spf"]),
        *words_of(found["spf"], checked),
    )
    dkim = Record(
        "DKIM",
        _("the signature"),
        "TXT",
        sender.key_name,
        sender.key_record,
        *words_of(found["dkim"], checked),
    )
    dmarc = Record(
        "DMARC",
        _("what to do with forgeries"),
        "TXT",
        f"_dmarc.{sender.domain}",
        dmarc_wanted(sender),
        *_policy(found["dmarc"], sender),
    )
    return [dkim, spf, dmarc]


def _policy(finding: Finding, sender: Sender) -> tuple[str, str, str]:
    """A policy that only watches is no fault, and not done either."""
    state, icon, said = words_of(finding, sender.checked_at)
    if finding.mark is Mark.WRONG and "p=none" in "".join(finding.seen).replace(" ", ""):
        return "warn", "alert", _("Only watches (p=none)")
    return state, icon, said
