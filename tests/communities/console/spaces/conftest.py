from __future__ import annotations

from typing import Any

import pytest

from communities.content.models import Space
from communities.memory import forget_all
from tests.conftest import Cast


def form_of(space: Space, **changes: Any) -> dict[str, Any]:
    """What the page of a space sends if only `changes` were typed."""
    sent = {
        "kind": space.kind,
        "version": space.version,
        "name": space.name,
        "slug": space.slug,
        "description": space.description,
        "prompt": space.prompt,
        "language": space.language,
        "drawing": space.drawing,
        "parent": space.parent_id or "",
        "audience": space.audience,
        "posting": space.posting,
        "replying": space.replying,
        "starts": list(space.starts),
        "required_tags": ", ".join(space.required_tags),
        "order": space.order,
        "minimum": space.minimum,
        "focal_x": space.focal_x,
        "focal_y": space.focal_y,
        "mode": space.mode,
    }
    return sent | changes


class Team:
    """Somebody on the team at the pages of spaces."""

    def __init__(self, here: Cast) -> None:
        self.here = here
        self.client = here.sign_in(here.manager)

    def get(self, path: str) -> Any:
        forget_all()
        return self.client.get(self.here.url(path))

    def post(self, path: str, data: dict[str, Any]) -> Any:
        forget_all()
        return self.client.post(self.here.url(path), data)

    def edit(self, space: Space, **changes: Any) -> Any:
        with self.here.scope():
            space = Space.objects.get(pk=space.pk)
        return self.post(f"/manage/spaces/{space.pk}/edit/", form_of(space, **changes))

    def fresh(self, space: Space) -> Space:
        with self.here.scope():
            found: Space = Space.objects.get(pk=space.pk)
            return found


@pytest.fixture
def team(here: Cast) -> Team:
    return Team(here)
