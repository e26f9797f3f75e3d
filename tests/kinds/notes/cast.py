"""Notes for tests: a notebook in a community, and notes in it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from communities.content.models import Space, Thread
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_space, the_community
from tests.kinds.notes.models import NOTES
from tests.kinds.notes.services import write_note


def make_notebook(**fields: Any) -> Space:
    return make_space(**{"kind": NOTES, "slug": "scraps", "name": "Scraps", **fields})


def make_note(space: Space, *, by: Membership, **fields: Any) -> Thread:
    said = {"title": "A passing thought", "body": "<p>It passed.</p>", "mood": "wistful", **fields}
    thread = write_note(space, by=by, community=the_community(), **said)
    return Thread.objects.select_related("space", "author", "note").get(pk=thread.pk)


def close_notes(here: Cast) -> None:
    here.community.open_features = [feature.name for feature in FEATURES if feature.name != NOTES]
    here.community.save()
    forget_all()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def things_of_notes(here: Cast) -> dict[str, Any]:
    """What the world of the sweeps holds of them."""
    notebook = make_notebook(slug="scraps-of-here")
    return {"notebook": notebook, "note": make_note(notebook, by=here.member, title="Wind from the west")}
