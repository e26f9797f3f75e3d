"""What other sites show where a thread is shared: a picture with its title; nothing of what visitors may not read."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from communities.content.models import Thread
from communities.content.services import delete_post
from communities.models import Community
from tests.conftest import Cast
from tests.factories import make_space, make_thread

pytestmark = pytest.mark.django_db
TITLE = "Which thread for sails?"
TOLD = re.compile(r'<meta property="(og:image[\w:]*)" content="([^"]*)">')


def told(cast: Cast, thread: Thread, *, member: bool = False) -> dict[str, str]:
    page = cast.sign_in(cast.member if member else None).get(cast.url(thread.get_absolute_url()))
    assert page.status_code == 200
    return dict(TOLD.findall(page.content.decode()))


def picture_at(cast: Cast, address: str) -> Any:
    return cast.sign_in(None).get(address.removeprefix("https://platform.example"))


def test_a_thread_has_a_picture_of_the_size_it_says(here: Cast, settings: Any) -> None:
    settings.PLATFORM_URL = "https://platform.example"
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title=TITLE)
    said = told(here, thread)
    assert said["og:image"].startswith(f"https://platform.example{here.prefix}/share/{thread.slug}/")
    answer = picture_at(here, said["og:image"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    size = (int(said["og:image:width"]), int(said["og:image:height"]))
    assert Image.open(BytesIO(answer.content)).size == size == (1200, 630)
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(title="Another title")
    assert told(here, thread)["og:image"] != said["og:image"], "kept for a year under the former address"


def test_two_communities_have_each_their_own_picture(here: Cast, elsewhere: Cast, settings: Any) -> None:
    """Of threads with one title and one address, at the very same version of the address."""
    settings.PLATFORM_URL = "https://platform.example"
    Community.objects.filter(pk=elsewhere.community.pk).update(
        name="The other loft", theme={"colour": "#b3261e"}
    )
    pictures = []
    for cast in (here, elsewhere):
        with cast.scope():
            thread = make_thread(cast.forum, by=cast.member, title=TITLE)
        pictures.append(picture_at(cast, told(cast, thread)["og:image"]).content)
        pictures.append(picture_at(cast, cast.url(f"/share/{thread.slug}/any.png")).content)
    mine, mine_too, theirs, theirs_too = pictures
    assert (mine, theirs) == (mine_too, theirs_too)
    assert mine != theirs


@pytest.mark.parametrize("why", ["for members", "waiting", "deleted"])
def test_what_visitors_may_not_read_has_no_picture(here: Cast, why: str) -> None:
    with here.scope():
        space = make_space(kind="forum", slug="hall", name="Hall", audience="members")
        home = space if why == "for members" else here.forum
        thread = make_thread(home, by=here.member, title=TITLE)
        if why == "waiting":
            Thread.objects.filter(pk=thread.pk).update(state="pending", published_at=None)
        elif why == "deleted":
            delete_post(thread.posts.get(), by=here.member)
    if why != "deleted":
        assert told(here, thread, member=True) == {}
    for reader in (None, here.member):
        answer = here.sign_in(reader).get(here.url(f"/share/{thread.slug}/any.png"))
        assert answer.status_code in (404, 410), "not even to who may read it: other sites keep pictures"
