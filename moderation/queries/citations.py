"""Which house rules decisions rest on."""

from __future__ import annotations

from django.db.models import Count

from moderation.models import Decision


def decisions_citing() -> dict[int, int]:
    """How many decisions cite each rule, by its number, in the community in scope."""
    cited = Decision.objects.filter(rules_version__isnull=False).values("ground").order_by("ground")
    return {int(one["ground"]): one["n"] for one in cited.annotate(n=Count("pk")) if one["ground"].isdigit()}
