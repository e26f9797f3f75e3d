from __future__ import annotations

from typing import Any

from django.utils import timezone

from analytics.roi.models import Objective
from analytics.roi.permissions import can_edit_results
from communities.exceptions import NotAllowed
from communities.models import Membership


def set_objective(*, by: Membership, objective: Objective | None = None, **fields: Any) -> Objective:
    """Keep a new objective, or what changed of one. Raises NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    objective = objective or Objective(owner=by)
    for name, value in fields.items():
        setattr(objective, name, value)
    objective.save()
    return objective


def close_objective(objective: Objective, *, by: Membership) -> bool:
    """Close an objective: it stays in the list, with what was reached; False when it was closed before. Raises
    NotAllowed."""
    if not can_edit_results(by):
        raise NotAllowed
    if objective.closed_at is not None:
        return False
    objective.closed_at = timezone.now()
    objective.save(update_fields=["closed_at"])
    return True
