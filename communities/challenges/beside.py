"""In which challenges a text of another kind takes part, on its own page: what the seam of the kinds draws there."""

from __future__ import annotations

from django.template.loader import render_to_string

from communities.challenges.models import Entry
from communities.challenges.permissions import FEATURE
from communities.content.beside import Beside, register_holding
from communities.content.models import State, Thread
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest
from communities.reads import CompiledRead

# A text is hardly ever in more; of those the latest.
MOST = 5

# Address, title and language of a challenge.
_Row = tuple[str, str, str]
_entered: CompiledRead[_Row] = CompiledRead(
    lambda thread, spaces: (
        Entry.objects.counting()
        .filter(
            thread_id=thread,
            challenge__thread__state=State.PUBLISHED,
            challenge__thread__published_at__isnull=False,
            challenge__thread__space_id__in=spaces,
        )
        .order_by("-pk")
        .values_list(
            "challenge__thread__slug",
            "challenge__thread__title",
            "challenge__thread__language",
        )[:MOST]
    )
)


def draw_challenges(thread: Thread, request: CommunityRequest) -> str:
    """Said to those who may read the challenge."""
    rows = _entered(thread.pk, tuple(sorted(viewer_of(request).space_ids)))
    if not rows or not thread.is_published:
        return ""
    return render_to_string("challenges/taking_part.html", {"challenges": rows}, request)


def register() -> None:
    register_holding(Beside("challenges", FEATURE, draw_challenges))
