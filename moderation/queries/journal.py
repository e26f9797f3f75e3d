"""The lines of the journal."""

from __future__ import annotations

from moderation.models import AuditEvent, Case

LINES = 50


def events_of(case: Case) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(case=case).select_related("actor", "case").order_by("-id")[:20])


def journal_page(before: int | None) -> tuple[list[AuditEvent], int | None]:
    """Fifty lines, the newest first, and where the next ones begin."""
    events = AuditEvent.objects.select_related("actor", "case").order_by("-id")
    found = list((events.filter(pk__lt=before) if before else events)[: LINES + 1])
    return found[:LINES], found[LINES - 1].pk if len(found) > LINES else None
