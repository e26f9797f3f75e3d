from __future__ import annotations

from typing import Any

import pytest

from communities.blogs.services import About, Draft, publish_article, sign_with, write_article
from communities.content.models import Space, SpaceAuthor, Thread
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_membership, the_community


def written(blog: Space, *, by: Membership, publish: bool = True, **fields: Any) -> Thread:
    """An article made by the real services; `about` holds the fields of About."""
    fields.setdefault("title", "Splicing a halyard")
    fields.setdefault("body", "<h2>The rope</h2><p>Cut it clean.</p><h2>The eye</h2><p>Then tuck it.</p>")
    about = About(**fields.pop("about", {}))
    beside = fields.pop("co_authors", ())
    thread = write_article(blog, by=by, community=the_community(), draft=Draft(about=about, **fields))
    sign_with(thread, beside)
    if publish:
        publish_article(thread, by=by)
    return Thread.objects.select_related("space", "author").get(pk=thread.pk)


@pytest.fixture
def author(here: Cast) -> Membership:
    """A member who is a named author of the blog."""
    with here.scope():
        person = make_membership(handle="ines", display_name="Inès Rey")
        SpaceAuthor.objects.create(space=here.blog, membership=person)
    return person


def typed(**fields: Any) -> dict[str, Any]:
    """What the writing page sends."""
    return {
        "title": "Splicing a halyard",
        "body": "<p>Cut it clean.</p>",
        "body_format": "html",
        "excerpt": "",
        "tags": "",
        "language": "en",
        "comments_open": "on",
        **fields,
    }
