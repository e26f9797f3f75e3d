"""The lines of the journal."""

from __future__ import annotations

from communities.keysets import NUMBER, Keyset, Page
from moderation.models import AuditEvent, Case

BY_NUMBER = Keyset(("pk", NUMBER), size=50)


def events_of(case: Case) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(case=case).select_related("actor", "case").order_by("-id")[:20])


def journal_page(before: str) -> Page[AuditEvent]:
    """Fifty lines, the newest first, and where the next ones begin."""
    return BY_NUMBER.newest_after(AuditEvent.objects.select_related("actor", "case"), before)
