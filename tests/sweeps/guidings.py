"""The pages of the sweeps’ world: a space of the team’s with two of them, and a draft."""

from __future__ import annotations

from typing import Any

from communities.content.models import Space, Thread
from communities.guides.services import Draft, publish_page, write_page
from tests.conftest import Cast
from tests.factories import make_space, the_community

TEXT = "<p>Before.</p><h2>Which rope?</h2><p>The thick one.</p><h2>Which knot?</h2><p>A bowline.</p>"


def make_page(space: Space, *, by: Any, published: bool = True, **said: Any) -> Thread:
    draft = Draft(**{"title": "Choosing a rope", "body": TEXT, **said})
    thread = write_page(space, by=by, community=the_community(), draft=draft)
    if published:
        publish_page(thread, by=by)
    return Thread.objects.select_related("space", "author", "guide").get(pk=thread.pk)


def make_guides(here: Cast) -> dict[str, Any]:
    # Folded: pages that are weighed to the byte are those of a place without such a space.
    space = make_space(kind="guides", slug="how-to", name="How to", posting="team", settings={"folded": True})
    return {
        "guides": space,
        "guide": make_page(space, by=here.manager),
        "guide_below": make_page(space, by=here.manager, title="Questions of the docks", folds=True),
        "guide_draft": make_page(space, by=here.manager, published=False, title="Whipping an end"),
    }
