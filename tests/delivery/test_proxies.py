"""What a proxy keeps and sends for us: never one person's page to another, never a file to whom it is closed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage

from communities.content.models import Thread
from communities.content.services.uploading import upload_file
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast, make_cast
from tests.delivery.proxies import FRONTS
from tests.delivery.visitor import Visitor
from tests.factories import make_reply, make_thread

pytestmark = pytest.mark.proxies
SECOND = 2.2  # until what was kept for one second is surely over: nginx counts whole seconds


@pytest.fixture(params=list(FRONTS))
def front(request: pytest.FixtureRequest, server: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.FILES_BY_PROXY = True
    folder = tmp_path / "front"
    folder.mkdir()
    Path(settings.MEDIA_ROOT).mkdir(exist_ok=True)
    with FRONTS[request.param](urlsplit(server).netloc, Path(settings.MEDIA_ROOT), folder) as address:
        yield address


@pytest.fixture
def cast(server: str) -> Cast:
    return make_cast()


@pytest.fixture
def thread(cast: Cast) -> Thread:
    with cast.scope():
        return make_thread(cast.forum, by=cast.member, title="Splicing at sea")


def test_nobody_gets_the_page_of_another(front: str, cast: Cast, thread: Thread) -> None:
    path = cast.url(thread.get_absolute_url())
    member, owner, stranger = (Visitor(front, cast, who) for who in (cast.member, cast.owner, None))
    for _round in range(2):
        public, mine, theirs = (who.at(path) for who in (stranger, member, owner))
        assert "Sign in" in public.text
        assert "Sign in" not in mine.text + theirs.text
        assert cast.member.display_name in member.at(cast.url("/me/")).text
        assert cast.owner.display_name in owner.at(cast.url("/me/")).text
        assert stranger.at(cast.url("/me/")).status == 302
        assert {one.headers.get("X-Cache") for one in (mine, theirs)} <= {"BYPASS", None}
        assert {one.headers["Content-Encoding"] for one in (mine, theirs, public)} == {"gzip"}
    # One with another cookie is somebody, too; and a page that sets one is kept for nobody.
    stranger.cookie = "anything=else"
    assert stranger.at(path).headers.get("X-Cache") in ("BYPASS", None)
    tokens = {Visitor(front, cast).at(cast.url("/sign-in/")).headers["Set-Cookie"] for _visitor in "ab"}
    assert len(tokens) == 2


def test_what_visitors_see_is_some_seconds_old_at_most(front: str, cast: Cast, thread: Thread) -> None:
    path = cast.url(thread.get_absolute_url())
    answers = [Visitor(front, cast).at(path)]
    if "X-Cache" in answers[0].headers:
        # A slow machine may take more than the second that they are kept for, between some of them.
        while answers[-1].headers["X-Cache"] != "HIT" and len(answers) < 200:
            answers.append(Visitor(front, cast).at(path))
        told = [answer.headers["X-Cache"] for answer in answers]
        assert told[0] == "MISS"
        assert "HIT" in told
        assert answers[told.index("HIT")].content == answers[told.index("HIT") - 1].content
    with cast.scope():
        make_reply(thread, by=cast.owner, body="<p>Use a longer bury.</p>")
    assert "longer bury" in Visitor(front, cast, cast.member).at(path).text
    time.sleep(SECOND)
    newer = Visitor(front, cast).at(path)
    assert "longer bury" in newer.text
    # Who has a page is told that it is still right, by its name.
    asked = Visitor(front, cast).at(path, **{"If-None-Match": newer.headers["ETag"]})
    assert (asked.status, asked.content) == (304, b"")
    french = Visitor(front, cast).at(cast.url("/forums/"), **{"Accept-Language": "fr"})
    assert french.headers["Content-Language"] in cast.community.all_languages


def test_pictures_are_sent_by_the_proxy_and_guarded_by_us(front: str, cast: Cast, thread: Thread) -> None:
    with cast.scope():
        kept = upload_file(picture(), by=cast.member, alt="A deck")
        drafts_own = upload_file(picture(640), by=cast.owner, alt="Not posted")
        make_reply(thread, by=cast.member, body=f'<p><img src="/~/media/{kept.pk}/full"></p>')
    member, stranger = Visitor(front, cast, cast.member), Visitor(front, cast)
    whole = stranger.at(cast.url(f"/media/{kept.pk}/full"))
    stored = Path(default_storage.path(kept.path))
    original = next(stored.glob("full*")) if stored.is_dir() else stored
    assert whole.content == original.read_bytes()
    assert whole.headers["Content-Type"] == "image/webp"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"].startswith("public")
    assert "X-Accel-Redirect" not in whole.headers
    piece = stranger.at(cast.url(f"/media/{kept.pk}/full"), Range="bytes=10-19")
    assert (piece.status, piece.content) == (206, whole.content[10:20])
    same = stranger.at(cast.url(f"/media/{kept.pk}/full"), **{"If-None-Match": whole.headers["ETag"]})
    assert same.status == 304
    assert member.at(cast.url(f"/media/{drafts_own.pk}/full")).status == 404
    mine = Visitor(front, cast, cast.owner).at(cast.url(f"/media/{drafts_own.pk}/full"))
    assert (mine.status, mine.headers["Cache-Control"]) == (200, "private, no-store")
    # Nobody comes to the folder by themselves.
    inside = f"/handed-over/{original.relative_to(django_settings.MEDIA_ROOT)}"
    assert {stranger.at(address).status for address in (inside, cast.url(inside))} == {404}
