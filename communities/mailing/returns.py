"""What came back of a community’s mails: kept, counted, and lifted again. Always in the scope of the community."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from communities.mailing.models import MailReturn, MailReturnQuerySet
from communities.reads import CompiledRead
from communities.scoping import active_community_id
from members.addresses import fold_address
from members.mails.failing import FailingAddress, address_works
from members.mails.models import OutgoingMail
from members.mails.reports.verdicts import Outcome, Reason, Report
from members.mails.server import without_addresses

# As long as the outbox remembers what was sent (members.mails.sending.KEPT_SENT).
COUNTED = datetime.timedelta(days=7)
# Mail services begin to refuse a sender from three complaints in a thousand mails; this is where one looks.
ALARMING_COMPLAINTS = 0.001
KEPT_OUTCOMES = (Outcome.HARD, Outcome.SOFT, Outcome.COMPLAINT, Outcome.OPT_OUT)
COMPLAINTS = (Outcome.COMPLAINT, Outcome.OPT_OUT)


def note_return(mail: OutgoingMail, report: Report) -> bool:
    """Keep one return; False where it says nothing to be kept, or is kept already. Complaints stop news at once."""
    if report.outcome not in KEPT_OUTCOMES:
        return False
    row = MailReturn(
        mail=mail.pk,
        mail_kind=mail.kind,
        address=fold_address(mail.recipient),
        outcome=report.outcome.value,
        reason=report.reason.value,
        status=report.status[:12],
        words=without_addresses(report.words)[:200],
        stops=report.outcome in COMPLAINTS,
        community_id=active_community_id(),
    )
    known = MailReturn.objects.filter(mail=mail.pk, outcome=row.outcome)
    if known.exists():
        return False
    # Of two who read one mailbox at once the constraint lets one through; counting twice does no harm there.
    MailReturn.objects.bulk_create([row], ignore_conflicts=True)
    return True


def note_stop(mail: OutgoingMail) -> None:
    """The last return of this mail is what stopped its address."""
    MailReturn.objects.filter(mail=mail.pk).update(stops=True)


# Of each mail that leaves.
_complaints: CompiledRead[tuple[int]] = CompiledRead(
    lambda address: MailReturn.objects.against(address).values_list("pk")[:1], name="complaint"
)


def has_complained(address: str) -> bool:
    return bool(_complaints(fold_address(address)))


def stopped_here() -> MailReturnQuerySet:
    """The rows that say why an address is stopped, where it still is; the latest first. Its address may have begun to
    work again elsewhere meanwhile: then it is not among them."""
    stopped = FailingAddress.objects.stopped().filter(address=OuterRef("address"))
    complaints = Q(outcome__in=[one.value for one in COMPLAINTS])
    return MailReturn.objects.stopping().filter(complaints | Q(Exists(stopped)))


@transaction.atomic
def lift(row: MailReturn) -> None:
    """Mails may go to this address again."""
    now = timezone.now()
    rows = MailReturn.objects.filter(address=row.address, stops=True, lifted_at__isnull=True)
    if row.is_complaint:
        rows.filter(outcome__in=[one.value for one in COMPLAINTS]).update(lifted_at=now)
        return
    rows.exclude(outcome__in=[one.value for one in COMPLAINTS]).update(lifted_at=now)
    address_works(row.address)


@transaction.atomic
def forgive(address: str) -> int:
    """The reader takes a complaint back; how many there were."""
    return MailReturn.objects.against(fold_address(address)).update(lifted_at=timezone.now())


@dataclass(frozen=True)
class MailCount:
    """What became of the mails of the last seven days."""

    sent: int
    hard: int
    soft: int
    complaints: int

    @property
    def arrived(self) -> float | None:
        """The share that did not come back, out of 1; None where nothing was sent."""
        return max(self.sent - self.hard - self.soft, 0) / self.sent if self.sent else None

    @property
    def arrived_percent(self) -> str:
        """“98.9%”, in the language in force; rounded down, so that one lost mail is never “100%”."""
        tenths = int((self.arrived or 0.0) * 1000)
        return gettext("%(n)s%%") % {"n": number_format(tenths / 10, 1 if tenths < 1000 else 0)}

    @property
    def complaint_rate(self) -> float:
        return self.complaints / self.sent if self.sent else 0.0

    @property
    def is_alarming(self) -> bool:
        return self.complaint_rate >= ALARMING_COMPLAINTS


def count_mails(community_id: int, now: datetime.datetime) -> MailCount:
    since = now - COUNTED
    sent = OutgoingMail.objects.of(community_id).sent_since(since).count()
    final = ~Q(reason=Reason.DELAYED.value)
    counts = MailReturn.objects.since(since).aggregate(
        hard=Count("pk", filter=Q(outcome=Outcome.HARD.value)),
        soft=Count("pk", filter=Q(outcome=Outcome.SOFT.value) & final),
        complaints=Count("pk", filter=Q(outcome__in=[one.value for one in COMPLAINTS])),
    )
    return MailCount(sent=sent, **counts)


def forget_old(now: datetime.datetime) -> int:
    return int(MailReturn.objects.old(now).delete()[0])
