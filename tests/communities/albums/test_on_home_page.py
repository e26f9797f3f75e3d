"""Which photographs the home page shows to whom: the latest that they see, whatever else was added since."""

from __future__ import annotations

import pytest

from communities.albums import sections
from communities.albums.models import Photo
from communities.content.models import Thread
from communities.content.viewers import viewer_for
from communities.models import Community
from tests.communities.albums.making import add, make_album, make_wall
from tests.conftest import Cast
from tests.many_rows import walked

pytestmark = pytest.mark.django_db


def shown_to(here: Cast, *, walls: list[int]) -> list[int]:
    viewer = viewer_for(Community.objects.get(pk=here.community.pk), here.member)
    assert set(walls) <= set(viewer.space_ids)
    limited = type(viewer)(viewer.community_id, viewer.membership_id, tuple(walls))
    return [photo.pk for photo in sections._of_lively_albums(limited)]


def test_who_sees_few_of_the_newest_is_shown_the_latest_of_lively_albums(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "LATEST", 3)
    with here.scope():
        walls = [make_wall(), make_wall(slug="other", name="Other")]
        albums = [make_album(here, wall, title=f"Album {n}") for n, wall in enumerate(walls * 2)]
        photos = [add(album, by=here.member).pk for _n in range(2) for album in albums]
        Thread.objects.filter(pk=albums[0].pk).update(pinned=1, pinned_at=albums[0].published_at)
        both = [wall.pk for wall in walls]
        readable = list(reversed(photos))
        assert shown_to(here, walls=both) == readable[:3]
        first = set(Photo.objects.filter(post__thread__space=walls[0]).values_list("pk", flat=True))
        assert shown_to(here, walls=both[:1]) == [pk for pk in readable if pk in first][:3]
        assert walked(lambda: shown_to(here, walls=both)) == {}
