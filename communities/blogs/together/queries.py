"""What the page of who signs an article shows, and where else a co-signed text is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from communities.blogs.models import CoAuthor
from communities.blogs.together.models import CoAuthorInvitation
from communities.blogs.together.services import MOST_CO_AUTHORS
from communities.content.models import Thread
from communities.models import Membership
from communities.queries import people_named

SHORTEST_WORDS, MOST_OFFERED = 2, 12


@dataclass(frozen=True)
class Signatures:
    """Who signs an article beside its first author, in order, and who is asked, the longest first."""

    signed: Sequence[Membership]
    invited: Sequence[CoAuthorInvitation]

    @property
    def has_room(self) -> bool:
        return len(self.signed) + sum(one.waits for one in self.invited) < MOST_CO_AUTHORS

    @property
    def people(self) -> set[int]:
        return {one.pk for one in self.signed} | {one.membership_id for one in self.invited}


def signatures_of(thread: Thread) -> Signatures:
    """Two queries."""
    signed = CoAuthor.objects.filter(article_id=thread.pk).select_related("membership")
    invited = CoAuthorInvitation.objects.filter(article_id=thread.pk).select_related("membership")
    return Signatures(
        [one.membership for one in signed.order_by("place", "pk")], list(invited.order_by("invited_at", "pk"))
    )


def people_to_invite(words: str, thread: Thread, but: set[int]) -> list[Membership]:
    """Members with these words in their name, or whose handle begins so, the most active first; none of those who sign
    it or are asked."""
    words = words.replace("\0", " ").strip()
    if len(words.lstrip("@")) < SHORTEST_WORDS:
        return []
    found = Membership.objects.shown().not_suspended().named_like(words, people_named(words))
    left_out = but | ({thread.author_id} if thread.author_id else set())
    return list(found.exclude(pk__in=left_out).most_active()[:MOST_OFFERED])
