"""Looking up what is due: the question outside every transaction, its answer in one of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from communities.console.reach.domains import take_findings
from communities.console.reach.examining import examine, platform_addresses
from communities.console.reach.pace import HELD
from communities.console.reach.records import examine_sender
from communities.console.reach.senders import take_sender_findings
from communities.mailing.models import RETURNS_KEPT, Sender
from communities.mailing.returns import forget_old
from communities.models import Community, Domain
from communities.queries import communities_by_question
from communities.scoping import community_scope
from communities.tasks import in_each
from members.aside import let_in, set_aside

logger = logging.getLogger(__name__)
Claimed = TypeVar("Claimed")

# One run; the next begins within minutes and goes on with what is due longest.
LONGEST_RUN = 45.0  # seconds


def check_due_domains(longest: float = LONGEST_RUN) -> int:
    """Look up the domains that are due; how many. One that fails stops no other."""
    targets: tuple[str, ...] | None = None
    done = 0
    for domain in _in_time(_claim_domain, longest):
        targets = platform_addresses() if targets is None else targets
        try:
            take_findings(domain.pk, examine(domain.host, domain.token, targets))
        except Exception as problem:
            # Its claim keeps it out of the way until it is due again.
            logger.exception("a domain could not be looked at", extra={"domain": domain.pk})
            set_aside("domain", domain.pk, problem, community_number=domain.community_id or 0)
        else:
            let_in("domain", domain.pk)
        done += 1
    return done


def check_due_senders(longest: float = LONGEST_RUN) -> int:
    """Look up the senders that are due; how many."""
    done = 0
    for sender in _in_time(_claim_sender, longest):
        try:
            take_sender_findings(sender.community_id, sender.address, examine_sender(sender))
        except Exception as problem:
            logger.exception("a sender could not be looked at", extra={"sender": sender.pk})
            set_aside("sender", sender.pk, problem, community_number=sender.community_id)
        else:
            let_in("sender", sender.pk)
        done += 1
    return done


def sweep_old_returns() -> int:
    """Forget what came back long ago and stops nothing any more; how many rows."""
    now = timezone.now()

    def sweep(community: Community) -> int:
        with community_scope(community):
            return forget_old(now)

    return in_each(
        communities_by_question("select communities_with_old_returns(%s)", [now - RETURNS_KEPT]), sweep
    )


def _in_time(claim: Callable[[], Claimed | None], longest: float) -> Iterator[Claimed]:
    deadline = time.monotonic() + longest
    while time.monotonic() < deadline and (claimed := claim()) is not None:
        yield claimed


def _claim_domain() -> Domain | None:
    """The one that has been due longest; nobody else takes it while we ask, unless we die."""
    now = timezone.now()
    with transaction.atomic():
        due = Domain.objects.filter(due_at__lte=now).order_by("due_at")
        domain = due.select_for_update(skip_locked=True).first()
        if domain is not None:
            Domain.objects.filter(pk=domain.pk).update(due_at=now + HELD, looking_since=now)
    return domain


def _claim_sender() -> Sender | None:
    now = timezone.now()
    for community_id in communities_by_question("select communities_with_due_senders(%s)", [now]):
        with community_scope(community_id):
            sender = Sender.objects.due(now).select_for_update(skip_locked=True).first()
            if sender is not None:
                Sender.objects.filter(pk=sender.pk).update(due_at=now + HELD, looking_since=now)
                return sender
    return None
