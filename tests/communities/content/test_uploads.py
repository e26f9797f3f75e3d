"""Pictures in and out: who may send, who may see, what becomes of those nobody uses."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from communities.content.exceptions import UploadRefused
from communities.content.models import Attachment, Post
from communities.content.services import reply_to
from communities.content.services.uploading import (
    MAX_ORPHANS,
    sweep_orphans,
    upload_file,
    with_upload,
)
from communities.content.tasks import sweep_uploads
from communities.exceptions import NotAllowed
from communities.models import Membership
from members.models import Member
from tests import factories
from tests.conftest import Cast


def picture(width: int = 600) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, 400), "teal").save(out, "JPEG")
    return SimpleUploadedFile("deck.jpg", out.getvalue(), content_type="image/jpeg")


def kept(by: Membership) -> Attachment:
    return upload_file(picture(), by=by, alt=" A  deck ")


def address(here: Cast, attachment: Attachment, rendition: str = "full") -> str:
    return here.url(f"/media/{attachment.pk}/{rendition}")


def status(client: Client, url: str) -> int:
    """The answer's status; a streamed answer is read to its end, which closes its file."""
    answer = client.get(url)
    read(answer)
    return answer.status_code


def read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def posted(here: Cast, attachment: Attachment) -> Post:
    thread = factories.make_thread(here.forum, by=here.moderator)
    body = f'<p>See <img src="/~/media/{attachment.pk}/full"></p>'
    return reply_to(thread, by=here.member, body=body)


def test_a_member_sends_a_picture(here: Cast) -> None:
    client = here.sign_in(here.member)
    answer = client.post(here.url("/uploads/"), {"file": picture(), "alt": "A deck"})
    told = answer.json()
    assert answer.status_code == 201
    assert (told["width"], told["height"], told["alt"]) == (600, 400, "A deck")
    assert told["url"] == here.url(f"/media/{told['id']}/full")
    assert f"/media/{told['id']}/480 480w" in told["srcset"]
    assert status(client, told["url"]) == 200


@pytest.mark.parametrize("content", [b"", b"words"])
def test_what_is_no_picture_is_refused_in_words(here: Cast, content: bytes) -> None:
    files = {"file": SimpleUploadedFile("a.jpg", content)}
    answer = here.sign_in(here.member).post(here.url("/uploads/"), files)
    assert answer.status_code == 422
    assert len(answer.json()["error"]) > 15


def test_strangers_send_nothing(here: Cast, stranger: Member) -> None:
    client = here.sign_in(None)
    assert client.post(here.url("/uploads/"), {"file": picture()}).status_code == 302
    client.force_login(stranger)
    assert client.post(here.url("/uploads/"), {"file": picture()}).status_code == 302
    with here.scope():
        assert not Attachment.objects.exists()


def test_a_suspended_member_sends_nothing(here: Cast) -> None:
    with here.scope():
        here.member.status = "suspended"
        with pytest.raises(NotAllowed):
            upload_file(picture(), by=here.member)


def test_unused_pictures_have_a_limit(here: Cast) -> None:
    with here.scope():
        Attachment.objects.bulk_create(
            Attachment(uploader=here.member, path="x", content_type="image/webp", width=1, height=1, size=1)
            for _number in range(MAX_ORPHANS)
        )
        with pytest.raises(UploadRefused, match=str(MAX_ORPHANS)):
            upload_file(picture(), by=here.member)


def test_an_unused_picture_is_its_senders_alone(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        mine = kept(here.member)
    assert status(here.sign_in(here.member), address(here, mine)) == 200
    for other in (here.owner, here.moderator, here.ambassador, None):
        assert here.sign_in(other).get(address(here, mine)).status_code == 404
    assert elsewhere.sign_in(elsewhere.owner).get(address(elsewhere, mine)).status_code == 404


def test_a_published_picture_is_for_everybody_and_may_be_cached(here: Cast) -> None:
    with here.scope():
        mine = kept(here.member)
        posted(here, mine)
    answer = here.sign_in(None).get(address(here, mine, "480"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("public, max-age=31536000")
    with Image.open(BytesIO(read(answer))) as shown:
        assert shown.width == 480
    # Whoever says that it reads AVIF gets that, under the same address; a cache keeps them apart.
    for accept, kind in (("image/avif,image/webp,*/*", "AVIF"), ("image/webp,*/*", "WEBP"), ("*/*", "WEBP")):
        answer = here.sign_in(None).get(address(here, mine, "480"), headers={"accept": accept})
        assert answer["Content-Type"] == f"image/{kind.lower()}"
        assert "Accept" in {name.strip() for name in answer["Vary"].split(",")}
        with Image.open(BytesIO(read(answer))) as shown:
            assert (shown.format, shown.width) == (kind, 480)
    assert here.sign_in(None).get(address(here, mine, "481")).status_code == 404


@pytest.mark.parametrize("state", ["hidden", "removed", "pending"])
def test_a_withdrawn_picture_is_for_its_author_and_the_team(here: Cast, state: str) -> None:
    with here.scope():
        mine = kept(here.member)
        post = posted(here, mine)
        Post.objects.filter(pk=post.pk).update(state=state)
    statuses = [
        status(here.sign_in(person), address(here, mine))
        for person in (here.member, here.moderator, here.ambassador, None)
    ]
    assert statuses == [200, 200, 404, 404]
    answer = here.sign_in(here.moderator).get(address(here, mine))
    read(answer)
    assert "private" in answer["Cache-Control"]


def test_somebody_elses_unused_picture_cannot_be_shown(here: Cast) -> None:
    with here.scope():
        theirs = kept(here.owner)
        post = posted(here, theirs)
        assert "<img" not in post.body_html
        theirs.refresh_from_db()
        assert theirs.post_id is None


def test_what_nobody_used_is_swept_after_a_day(here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with here.scope():
        old, young, used = (kept(here.member) for _number in range(3))
        posted(here, used)
        yesterday = timezone.now() - datetime.timedelta(hours=25)
        Attachment.objects.filter(pk__in=[old.pk, used.pk]).update(created_at=yesterday)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep_orphans() == 1
        assert set(Attachment.objects.values_list("pk", flat=True)) == {young.pk, used.pk}
    assert not default_storage.exists(old.path)
    assert default_storage.exists(young.path)


def test_the_sweep_visits_every_community(here: Cast, elsewhere: Cast) -> None:
    for cast in (here, elsewhere):
        with cast.scope():
            kept(cast.member)
            Attachment.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert sweep_uploads() == 2


def test_a_form_without_scripts_puts_its_picture_at_the_end(here: Cast) -> None:
    with here.scope():
        mine = kept(here.member)
        source = with_upload("Look", mine, fmt="markdown")
        thread = factories.make_thread(here.forum, by=here.moderator)
        post = reply_to(thread, by=here.member, body=source, body_format="markdown")
    assert 'alt="A deck"' in post.body_html
    assert post.body_html.startswith("<p>Look</p><p><img")


def test_a_preview_shows_and_carries_everything(here: Cast) -> None:
    client = here.sign_in(here.member)
    fields = {
        "body": "Some *words*",
        "body_format": "markdown",
        "title": "T<b>",
        "form_action": f"{here.prefix}/",
    }
    whole = client.post(here.url("/preview/"), fields).content.decode()
    assert "<p>Some <em>words</em></p>" in whole
    assert 'name="title" value="T&lt;b&gt;"' in whole
    part = client.post(here.url("/preview/"), fields, headers={"X-Editor": "1"})
    assert (
        part.content.decode().strip() == '<div class="prose-ui" dir="auto"><p>Some <em>words</em></p></div>'
    )


def test_a_preview_of_nothing_says_so(here: Cast) -> None:
    answer = here.sign_in(here.member).post(here.url("/preview/"), {"body": " ", "body_format": "html"})
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_a_preview_never_sends_a_form_elsewhere(here: Cast) -> None:
    fields = {"body": "words", "body_format": "markdown", "form_action": "https://evil.example/"}
    answer = here.sign_in(here.member).post(here.url("/preview/"), fields)
    assert "evil.example" not in answer.content.decode()


def test_members_are_suggested_by_handle_and_name(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        factories.make_membership(handle="elodie", display_name="Élodie Marchand")
    with elsewhere.scope():
        factories.make_membership(handle="elo", display_name="Elo Elsewhere")
    client = here.sign_in(here.member)
    for query in ("el", "@ÉLO", "march"):
        found = client.get(here.url("/members/suggest/"), {"q": query}).json()["members"]
        assert [row["handle"] for row in found] == ["elodie"]
    assert client.get(here.url("/members/suggest/"), {"q": "e"}).json() == {"members": []}
    assert here.sign_in(None).get(here.url("/members/suggest/"), {"q": "el"}).status_code == 302
