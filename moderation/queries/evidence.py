"""Which texts cases are about: they stay as they are, whatever brought them is taken back."""

from __future__ import annotations

from typing import Any

from moderation.models import Case


def threads_with_cases(thread_ids: Any) -> set[int]:
    """Those of these threads (ids, or a query of them) in which something was reported, held or judged."""
    cases = Case.objects.filter(post__thread_id__in=thread_ids)
    return set(cases.values_list("post__thread_id", flat=True))
