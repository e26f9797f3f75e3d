"""Documents in texts: what is taken, who uses and downloads them, how they are told of, and where they go."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from communities.content.exceptions import NoRoom, UploadRefused
from communities.content.models import Attachment, Post
from communities.content.services import reply_to
from communities.content.services.editing import edit_post
from communities.content.services.uploading import upload_any, upload_file, with_upload
from communities.content.showing.files import as_read
from communities.content.showing.syndication import told_html
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.taking_away import tables_of
from communities.quotas import Quota
from tests import factories
from tests.communities.content.test_uploads import picture, read
from tests.communities.ideas.test_papers import a_pdf, an_archive
from tests.communities.people.leaving import leave_wholly
from tests.conftest import Cast


def kept(here: Cast, name: str = "Plan of the quay.pdf") -> Attachment:
    return upload_any(a_pdf(name), by=here.member)


def at(file: Attachment) -> str:
    return f"/~/media/{file.pk}/file"


def led_to(file: Attachment, words: str = "the plan") -> str:
    return f'<p>See:</p><p><a href="{at(file)}">{words}</a></p>'


def posted(here: Cast, file: Attachment, **options: Any) -> Post:
    thread = factories.make_thread(here.forum, by=here.moderator)
    return reply_to(thread, by=here.member, **{"body": led_to(file)} | options)


def test_a_file_is_sent_and_stands_in_a_text_as_a_link(here: Cast) -> None:
    client = here.sign_in(here.member)
    answer = client.post(here.url("/uploads/"), {"file": a_pdf("Plan <b>.PDF")})
    told = answer.json()
    assert answer.status_code == 201
    assert told == {
        "id": told["id"],
        "url": here.url(f"/media/{told['id']}/file"),
        "name": "Plan <b>.pdf",
    }
    with here.scope():
        file = Attachment.objects.get(pk=told["id"])
        assert (file.width, file.size, file.post_id) == (0, 18, None)
        post = posted(here, file)
        link = f'<a href="{at(file)}" data-size="18">Plan &lt;b&gt;.pdf</a>'
        assert post.body_html == f"<p>See:</p><p>{link}</p>"
        file.refresh_from_db()
        assert file.post_id == post.pk
        # Opened and sent once more, it is the same.
        again = edit_post(
            post, by=here.member, body=post.body_source + "<p>!</p>", body_format="html", revision=0
        )
        assert again.body_html == post.body_html + "<p>!</p>"
        with override("fr"):
            assert "Plan &lt;b&gt;.pdf <small>(PDF, 18\xa0octets)</small></a>" in as_read(post.body_html)
        # Feeds lead to it, and show nothing of it.
        assert f"/media/{file.pk}/file" in told_html(post)
        assert "<small>" not in told_html(post)


def test_forms_without_scripts_and_markdown_have_it_too(here: Cast) -> None:
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.moderator)
    client = here.sign_in(here.member)
    path = here.url(f"/forums/t/{thread.slug}/reply/")
    refused = client.post(path, {"body": "Words of mine", "picture": SimpleUploadedFile("a.pdf", b"<html>")})
    assert refused.status_code == 422
    assert "Words of mine" in refused.content.decode()
    assert "without macros" in refused.content.decode()
    client.post(path, {"body": "Words of mine", "picture": a_pdf("A [plan] `of` it.pdf")})
    with here.scope():
        post = Post.objects.get(body_format="markdown", author=here.member)
        assert post.body_html.startswith("<p>Words of mine</p><p><a ")
        assert post.body_html.endswith(">A [plan] `of` it.pdf</a></p>")
        assert post.attachments.get().name == "A [plan] `of` it.pdf"


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("plan.pdf", b"<html><script>alert(1)</script>"),
        an_archive("plan.docx", "index.html"),
        an_archive("plan.docx", "word/document.xml", "word/vbaProject.bin"),
        SimpleUploadedFile("plan.html", b"<html>", content_type="application/pdf"),
        SimpleUploadedFile("plan.doc", b"\xd0\xcf\x11\xe0"),
        a_pdf(size=10_000_000),
    ],
    ids=["a page", "another archive", "macros", "a page by its name", "a former suite", "too large"],
)
def test_what_is_not_taken_is_refused_in_words(here: Cast, file: SimpleUploadedFile) -> None:
    client = here.sign_in(here.member)
    for language, says in (("en", "without macros|larger than"), ("fr", "sans macros|dépasse")):
        file.seek(0)
        answer = client.post(here.url("/uploads/"), {"file": file}, headers={"accept-language": language})
        assert answer.status_code == 422
        with here.scope():
            assert not Attachment.objects.exists()
        if language == here.community.language:
            assert re.search(says, answer.json()["error"])


def test_a_download_is_for_whoever_reads_the_text(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        file = kept(here)
    path = f"/media/{file.pk}/file"

    def statuses() -> list[int]:
        people = (here.member, here.moderator, here.ambassador, None)
        answers = [here.sign_in(person).get(here.url(path)) for person in people]
        assert {read(answer) for answer in answers if answer.status_code == 200} <= {b"%PDF-1.7 of a quay"}
        return [answer.status_code for answer in answers]

    assert statuses() == [200, 404, 404, 404]
    with here.scope():
        post = posted(here, file)
    assert statuses() == [200, 200, 200, 200]
    answer = here.sign_in(None).get(here.url(path))
    read(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Plan of the quay.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"
    assert here.sign_in(None).get(here.url(f"/media/{file.pk}/full")).status_code == 404
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404
    # Held, hidden and removed: for its author, and those who judge it.
    for state in ("pending", "hidden", "removed"):
        with here.scope():
            Post.objects.filter(pk=post.pk).update(state=state)
        assert statuses() == [200, 200, 404, 404], state


def test_nobody_uses_what_is_not_theirs_and_a_file_is_no_picture(here: Cast) -> None:
    with here.scope():
        theirs, shown = upload_any(a_pdf(), by=here.owner), upload_file(picture(), by=here.member)
        assert posted(here, theirs).body_html == "<p>See:</p><p>the plan</p>"
        assert Attachment.objects.get(pk=theirs.pk).post_id is None
        mine = kept(here)
        as_picture = posted(here, mine, body=f'<p>See <img src="/~/media/{mine.pk}/full" alt="it"></p>')
        assert as_picture.body_html == "<p>See it</p>"
        assert posted(here, shown, body=led_to(shown)).body_html == "<p>See:</p><p>the plan</p>"
        # In what another text quotes, it is words.
        source = with_upload("<p>Look</p>", mine, fmt="html")
        first = posted(here, mine, body=source)
        reply = reply_to(
            first.thread, by=here.owner, body=f"<blockquote>{first.body_source}</blockquote><p>!</p>"
        )
        assert reply.body_html == "<blockquote><p>Look</p><p>Plan of the quay.pdf</p></blockquote><p>!</p>"


def test_limits_are_those_of_pictures(here: Cast) -> None:
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(quotas={Quota.STORAGE.value: 10})
        with pytest.raises(NoRoom, match="no room left for this file"):
            kept(here)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"], quotas={})
    forget_all()
    with here.scope():
        with pytest.raises(FeatureClosed):
            upload_any(a_pdf(), by=Membership.objects.get(pk=here.member.pk))
        assert not Attachment.objects.exists()


def test_a_file_is_taken_along_and_goes_with_its_text(
    here: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with here.scope():
        file = kept(here)
        posted(here, file)
        assert [row["name"] for row in dict(tables_of(here.member))["pictures"]] == [file.name]
        assert default_storage.exists(file.path)
        with django_capture_on_commit_callbacks(execute=True):
            leave_wholly(here.member, delete=True)
        assert not Attachment.objects.exists()
    assert not default_storage.exists(file.path)


def test_what_a_sanitiser_does_not_know_stays_out(here: Cast) -> None:
    with here.scope():
        made_up = led_to(Attachment(pk="0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"))
        post = posted(
            here, kept(here), body=made_up + '<p><a href="https://a.example/x" data-size="5">b</a></p>'
        )
        assert "data-size" not in post.body_html
        assert "eeeeeeeeeeee" not in post.body_html
    with pytest.raises(UploadRefused), here.scope():
        upload_any(SimpleUploadedFile("words.txt", b"words"), by=here.member)
