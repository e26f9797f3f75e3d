"""Two web machines and a worker that share PostgreSQL, Redis and a bucket, each with a folder of its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from communities.archive.going.working import work_on
from communities.archive.models import Export
from communities.archive.services import ask_export
from communities.content.models import Attachment
from communities.content.renditions import is_avif
from communities.content.services.uploading import upload_file
from communities.content.tasks import sweep_uploads
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast, make_cast
from tests.delivery.machines import Machine
from tests.delivery.proxies import nginx, waited_for
from tests.delivery.visitor import Answer, Visitor
from tests.factories import make_reply, make_thread
from tests.object_store import ObjectStore, object_store, store_media

pytestmark = [pytest.mark.proxies, pytest.mark.slow]


@pytest.fixture
def store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """The test’s own process stores there too: it is the worker."""
    with object_store() as running:
        store_media(settings, monkeypatch, running.variables())
        yield running


@pytest.fixture
def machines(
    transactional_db: None, store: ObjectStore, settings: Any, tmp_path: Path
) -> Iterator[list[Machine]]:
    """One that sends files itself; and one behind a proxy that fetches them."""
    with ExitStack() as stack:
        both = []
        for name, proxy in (("one", "0"), ("other", "1")):
            folder = {"MEDIA_ROOT": str(tmp_path / f"media-{name}")}
            both.append(Machine(settings, tmp_path / name, **store.variables(proxy=proxy), **folder))
            stack.callback(both[-1].end)
        for machine in both:
            waited_for(machine.port, machine.process)
        yield both


def test_they_share_what_is_stored(
    machines: list[Machine], store: ObjectStore, settings: Any, tmp_path: Path
) -> None:
    cast: Cast = make_cast()
    one = machines[0].address
    (tmp_path / "front").mkdir()
    upstream, endpoint = f"127.0.0.1:{machines[1].port}", f"127.0.0.1:{store.port}"
    with nginx(upstream, tmp_path, tmp_path / "front", store=endpoint) as other:
        sent = Visitor(one, cast, cast.member).upload(cast.url("/uploads/"), file=picture(1200), alt="A deck")
        assert sent.status == 201, sent.text
        with cast.scope():
            mine = Attachment.objects.get()
            drawn = upload_file(picture(1100), by=cast.owner, alt="By the worker")
        assert {mine.path, *(path for _width, path in mine.renditions)} < store.names()
        assert not list(Path(settings.MEDIA_ROOT).rglob("*.webp"))
        _check_who_has_it(cast, mine, (one, other), store)
        _check_who_has_it(cast, drawn, (other, one), store)
        _check_pieces(cast, mine, other)
        _check_export(cast, mine, (one, other), store)
        _check_deletion(cast, mine, (one, other), store)


def _check_who_has_it(cast: Cast, kept: Attachment, both: tuple[str, str], store: ObjectStore) -> None:
    """Its author before it is posted, wherever it was stored; everybody afterwards, with each smaller form."""
    address = cast.url(f"/media/{kept.pk}/full")
    by = cast.member if kept.uploader_id == cast.member.pk else cast.owner
    for machine in both:
        assert {Visitor(machine, cast, who).at(address).status for who in (None, cast.moderator)} == {404}
        private = Visitor(machine, cast, by).at(address)
        _check_file(private, kept.path, store)
        assert private.headers.get_all("Cache-Control") == ["private, no-store"]
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.owner)
        make_reply(thread, by=by, body=f'<p><img src="/~/media/{kept.pk}/full"></p>')
    for machine in both:
        stranger = Visitor(machine, cast)
        whole = stranger.at(address)
        _check_file(whole, kept.path, store)
        assert whole.headers["Cache-Control"].startswith("public")
        for width, path in kept.renditions:
            form = "image/avif" if is_avif(path) else "image/webp"
            smaller = stranger.at(cast.url(f"/media/{kept.pk}/{width}"), Accept=form)
            _check_file(smaller, path, store, form)
        same = stranger.at(address, **{"If-None-Match": whole.headers["ETag"]})
        assert (same.status, same.content) == (304, b"")
        # Nobody comes to the bucket by themselves.
        assert stranger.at(f"/from-store/media/{kept.path}").status == 404


def _check_file(answer: Answer, path: str, store: ObjectStore, form: str = "image/webp") -> None:
    assert answer.status == 200
    assert answer.content == store.client().get_object(Bucket="media", Key=path)["Body"].read()
    assert answer.headers.get_all("Content-Type") == [form]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    (policy,) = answer.headers.get_all("Content-Security-Policy")
    assert "sandbox" in policy
    told = {name.lower() for name in answer.headers}
    assert not [name for name in told if name.startswith(("x-amz", "x-accel"))]


def _check_pieces(cast: Cast, kept: Attachment, front: str) -> None:
    """The proxy sends a part to who wants a part."""
    visitor, address = Visitor(front, cast), cast.url(f"/media/{kept.pk}/full")
    piece = visitor.at(address, Range="bytes=4-9")
    assert (piece.status, piece.content) == (206, visitor.at(address).content[4:10])


def _check_export(cast: Cast, kept: Attachment, both: tuple[str, str], store: ObjectStore) -> None:
    """Written by the worker, fetched through whichever machine by its owner alone."""
    with cast.scope():
        export = ask_export(by=cast.owner)
    while not work_on(cast.community, export.pk):
        pass
    with cast.scope():
        ready = Export.objects.get(pk=export.pk)
    assert ready.state == Export.State.READY
    assert ready.path in store.names()
    address = cast.url(f"/manage/export/{ready.public_id}/")
    for machine in both:
        fetched = Visitor(machine, cast, cast.owner).send(address)
        assert (fetched.status, len(fetched.content)) == (200, ready.size)
        assert fetched.headers.get_all("Content-Disposition")[0].startswith("attachment")
        with zipfile.ZipFile(io.BytesIO(fetched.content)) as opened:
            (name,) = [one for one in opened.namelist() if one.endswith("/".join(kept.path.split("/")[-2:]))]
            with default_storage.open(kept.path) as stored:
                assert opened.read(name) == stored.read()
        assert Visitor(machine, cast, cast.moderator).send(address).status in (403, 404)
    assert Visitor(both[0], cast, cast.owner).send(f"{address}delete/").status == 302
    assert ready.path not in store.names()


def _check_deletion(cast: Cast, kept: Attachment, both: tuple[str, str], store: ObjectStore) -> None:
    """The job that looks for pictures in no text takes all that is stored of one."""
    with cast.scope():
        Attachment.objects.filter(pk=kept.pk).update(post=None, created_at="2020-01-01T00:00Z")
    sweep_uploads()
    gone = {kept.path, *(path for _width, path in kept.renditions)}
    assert gone.isdisjoint(store.names())
    for machine in both:
        assert Visitor(machine, cast, cast.member).at(cast.url(f"/media/{kept.pk}/full")).status == 404
