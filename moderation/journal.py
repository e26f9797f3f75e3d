"""The only way to write to the journal; its table refuses changes."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.models import Membership
from moderation.models import AuditEvent, Case


def record(
    act: str,
    *,
    by: Membership | None,
    case: Case | None = None,
    subject: str = "",
    before: str = "",
    after: str = "",
    at: datetime.datetime | None = None,
    **detail: Any,
) -> AuditEvent:
    """Write one line, in the transaction of the act itself, so that neither exists without the other.

    `at` dates back what was done before.
    """
    event: AuditEvent = AuditEvent.objects.create(
        act=act,
        actor=by,
        actor_role=by.role if by else "",
        case=case,
        subject=subject[:60],
        before=before,
        after=after,
        detail=detail,
        created_at=at or timezone.now(),
    )
    return event
