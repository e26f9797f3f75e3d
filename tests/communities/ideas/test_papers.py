"""Documents to read of a box: what is taken, who sends and takes away, who opens, and how."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.content.models import Space
from communities.documents import checked_document, document_name
from communities.exceptions import FieldError, NotAllowed
from communities.ideas.models import MOST_DOCUMENTS, BoxPaper
from communities.ideas.papers import add_paper, remove_paper
from communities.memory import forget_all
from tests.communities.ideas.making import make_box
from tests.conftest import Cast

TEXT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_pdf(name: str = "plan.pdf", size: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 of a quay" + b" " * size)


def an_archive(name: str, *entries: str, says: str = "") -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if says:
            archive.writestr("mimetype", says)
        for entry in entries:
            archive.writestr(entry, "<x/>")
    return SimpleUploadedFile(name, out.getvalue())


def test_what_is_taken_follows_from_what_is_in_it() -> None:
    program, text = a_pdf("plan\u202e.exe"), an_archive("plan.DOCX", "word/document.xml")
    assert checked_document(program) == "application/pdf"
    assert document_name(program, "application/pdf") == "plan.exe.pdf"
    assert checked_document(text) == TEXT
    assert document_name(text, TEXT) == "plan.docx"
    opened = "application/vnd.oasis.opendocument.text"
    assert checked_document(an_archive("plan.odt", "content.xml", says=opened)) == opened
    refused = (
        SimpleUploadedFile("plan.pdf", b"<script>alert(1)</script>"),
        SimpleUploadedFile("plan.docx", b"PK\x03\x04 broken"),
        SimpleUploadedFile("plan.pdf", b""),
        an_archive("plan.zip", "word/document.xml"),
        an_archive("plan.xlsx", "word/document.xml"),
        an_archive("plan.docx", "word/document.xml", "word/vbaProject.bin"),
        an_archive("plan.docm", "word/document.xml"),
        an_archive("plan.odt", "content.xml"),
        an_archive("plan.ods", "content.xml", says=opened),
        an_archive("plan.odt", "content.xml", "Basic/Standard/script-lb.xml", says=opened),
        a_pdf(size=10 * 1024 * 1024),
    )
    for file in refused:
        with pytest.raises(FieldError):
            checked_document(file)


def test_the_team_sends_and_takes_away_and_readers_download(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        box = make_box(here)
        for by in (here.member, here.moderator):
            with pytest.raises(NotAllowed):
                add_paper(box, "", a_pdf(), by=by)
    at = here.url(f"/ideas/b/{box.slug}/papers/")
    manager = here.sign_in(here.manager)
    wrong = manager.post(at, {"title": "", "file": SimpleUploadedFile("a.html", b"<html>")})
    assert wrong.status_code == 422
    assert "Send a PDF" in wrong.content.decode()
    assert manager.post(at, {"title": "", "file": a_pdf("Plan of the quay.pdf")}).status_code == 302
    with here.scope():
        paper = BoxPaper.objects.get()
    assert (paper.title, paper.content_type) == ("Plan of the quay", "application/pdf")
    for path in ("", "new/"):
        page = here.sign_in(here.member).get(here.url(f"/ideas/b/{box.slug}/{path}")).content.decode()
        assert f"/ideas/papers/{paper.pk}/" in page
    opened = here.sign_in(None).get(here.url(f"/ideas/papers/{paper.pk}/"))
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(opened.streaming_content) == b"%PDF-1.7 of a quay"
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/ideas/papers/{paper.pk}/")).status_code == 404
    )
    assert here.sign_in(here.member).post(here.url(f"/ideas/papers/{paper.pk}/remove/")).status_code == 403
    with here.scope():
        Space.objects.filter(pk=box.pk).update(audience="team")
    forget_all()
    assert here.sign_in(here.member).get(here.url(f"/ideas/papers/{paper.pk}/")).status_code == 404


def test_a_file_goes_with_its_row_and_there_are_so_many_at_most(
    here: Cast, django_capture_on_commit_callbacks: object
) -> None:
    with here.scope():
        box = make_box(here)
        papers = [add_paper(box, f"Plan {n}", a_pdf("a.exe"), by=here.manager) for n in range(MOST_DOCUMENTS)]
        assert papers[0].name == "a.exe.pdf", "nothing starts it by what it was called"
        with pytest.raises(FieldError):
            add_paper(box, "One more", a_pdf(), by=here.manager)
        assert default_storage.exists(papers[0].path)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert remove_paper(papers[0], by=here.manager)
            assert not remove_paper(papers[0], by=here.manager)
        assert not default_storage.exists(papers[0].path)
        assert BoxPaper.objects.count() == MOST_DOCUMENTS - 1
