"""Documents to read of a box: what is taken, who sends and takes away, who opens, and how."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.content.exceptions import NoRoom
from communities.content.models import Space
from communities.documents import checked_document, document_name
from communities.exceptions import FieldError, NotAllowed
from communities.files import names_on_disk
from communities.ideas import papers
from communities.ideas.boxes import reopen_box
from communities.ideas.exceptions import IdeaError
from communities.ideas.models import MOST_DOCUMENTS, Box, BoxPaper
from communities.ideas.papers import FOLDER, add_paper, remove_paper
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


def test_the_box_of_next_year_has_them_too_each_as_a_file_of_its_own(here: Cast) -> None:
    with here.scope():
        space = make_box(here, phase="result")
        paper, gone = (add_paper(space, title, a_pdf(), by=here.manager) for title in ("Plan", "Old plan"))
        default_storage.delete(gone.path)
        box = Box.objects.select_related("space").get(pk=space.pk)
        made = reopen_box(box, by=here.manager, community=here.community)
        copy = BoxPaper.objects.get(box=made)
        assert (copy.title, copy.name, copy.size) == (paper.title, paper.name, paper.size)
        assert copy.path != paper.path
        with default_storage.open(copy.path) as file:
            assert file.read() == b"%PDF-1.7 of a quay"
        assert reopen_box(box, by=here.manager, community=here.community).pk == made.pk
        assert BoxPaper.objects.filter(box=made).count() == 1


def test_without_room_there_is_no_box_of_next_year_and_no_file(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        space = make_box(here, phase="result")
        for title in ("Plan", "Old plan"):
            add_paper(space, title, a_pdf(), by=here.manager)
        box = Box.objects.select_related("space").get(pk=space.pk)
        kept, sizes = set(names_on_disk(FOLDER)), []

        def room_for_one(size: int) -> None:
            sizes.append(size)
            if len(sizes) > 1:
                raise NoRoom

        monkeypatch.setattr(papers, "take_room", room_for_one)
        with pytest.raises(IdeaError):
            reopen_box(box, by=here.manager, community=here.community)
        assert not Box.objects.filter(former=box).exists()
        assert set(names_on_disk(FOLDER)) == kept
