"""What writing the demo needs: its people, its spaces, and what is there already."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from communities.content.models import Post, Space
from communities.content.services import Verdict
from communities.content.services.verdicts import writing_history
from communities.demo.reading import Brand, Clock
from communities.models import Community, Membership
from communities.notifications.receivers import hear_of_post
from communities.signals import post_published, screening

# Names the demo's own texts, so that a text is known again when the demo is made a second time.
OURS = uuid.UUID("6d1c53c8-5b4e-4b3c-9f0c-2f5f1d2b7a10")


@dataclass
class Scene:
    brand: Brand
    community: Community
    clock: Clock
    people: dict[str, Membership]
    spaces: dict[str, Space]
    written: set[uuid.UUID]
    held: set[uuid.UUID] = field(default_factory=set)

    @property
    def cast(self) -> list[Membership]:
        """The people one can sign in as."""
        return [self.people[handle] for handle in self.brand.community["demo_people"]]

    @property
    def manager(self) -> Membership:
        return next(one for one in self.people.values() if one.role == Membership.Role.MANAGER)

    def key(self, slug: str, number: int) -> uuid.UUID:
        """The `submission` of a text of ours."""
        return uuid.uuid5(OURS, f"{self.brand.slug}/{slug}#{number}")


def written_before() -> set[uuid.UUID]:
    """The texts of ours that the community in scope has already."""
    return set(Post.objects.filter(submission__isnull=False).values_list("submission", flat=True))


@contextmanager
def while_writing(scene: Scene) -> Iterator[None]:
    """Screening holds the posts that the files say are held, and nobody is sent mails about old news."""

    def hold(sender: Any, post: Post, verdict: Verdict, **_extra: Any) -> None:
        if post.submission in scene.held:
            verdict.hold("held in the demo's files")

    screening.connect(hold, weak=False, dispatch_uid="demo.hold")
    was_listening = post_published.disconnect(dispatch_uid="notifications.post_published")
    try:
        with writing_history():
            yield
    finally:
        screening.disconnect(dispatch_uid="demo.hold")
        if was_listening:
            post_published.connect(hear_of_post, dispatch_uid="notifications.post_published")
