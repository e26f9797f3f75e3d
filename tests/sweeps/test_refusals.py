"""What cannot be done is said in the language of the person, in their place, and nothing typed is lost."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from django.utils.translation import gettext, override
from PIL import Image

from communities.content.models import Attachment, Post
from members.models import Member
from tests.mailing import delivered
from tests.sweeps.world import World

TEXT = "Three fathoms of <b>rope</b> & a knife"


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def client_of(world: World, role: str, language: str, **options: Any) -> Client:
    """A browser in this language that is signed in as this role."""
    client = Client(headers={"accept-language": language, "host": "testserver"}, **options)
    person = world.person(role)
    if person is not None:
        Member.objects.filter(pk=person.pk).update(language=language)
        client.force_login(person)
    return client


def says(response: Any, sentence: str, language: str) -> bool:
    """Whether the answer holds the sentence as this language has it."""
    with override(language):
        said = gettext(sentence)
    assert language == "en" or said != sentence, f"not translated: {sentence}"
    return escape(said) in response.text or said in response.text


def bomb() -> bytes:
    """Small as a file, enormous as a picture."""
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [b"not a picture", b"<svg onload='x()'></svg>", b"\x89PNG\r\n\x1a\n" + b"\0" * 90]
)
def test_what_is_no_picture(world: World, language: str, content: bytes) -> None:
    client, sent = (
        client_of(world, "member", language),
        SimpleUploadedFile("a.png", content, content_type="image/png"),
    )
    path = world.here.url(f"/forums/t/{world.thread.slug}/reply/")
    with world.here.scope():
        count = Attachment.objects.count()
    answer = client.post(path, {"body": TEXT, "picture": sent, "picture_alt": "A rope"})
    assert answer.status_code == 422
    assert f'<html lang="{language}"' in answer.text
    assert escape(TEXT) in answer.text
    with world.here.scope():
        assert Attachment.objects.count() == count


def test_a_picture_that_would_burst(world: World, language: str) -> None:
    sent = SimpleUploadedFile("bomb.png", bomb(), content_type="image/png")
    answer = client_of(world, "member", language).post(world.here.url("/uploads/"), {"file": sent})
    assert answer.status_code == 422
    with override(language):
        assert answer.json()["error"]


def test_a_form_that_was_open_for_too_long(world: World, language: str) -> None:
    path = world.here.url(f"/forums/t/{world.thread.slug}/reply/")
    strict = client_of(world, "member", language, enforce_csrf_checks=True)
    answer = strict.post(path, {"body": TEXT})
    assert answer.status_code == 403
    assert says(answer, "This page was open for too long. Please send it again.", language)
    assert escape(TEXT) in answer.text
    from_elsewhere = strict.post(path, {"body": TEXT}, headers={"sec-fetch-site": "cross-site"})
    assert (from_elsewhere.status_code, escape(TEXT) in from_elsewhere.text) == (403, False)


def test_a_link_used_twice(world: World, language: str) -> None:
    person = world.person("member")
    assert person is not None
    client = client_of(world, "visitor", language)
    client.post(world.here.url("/password/forgot/"), {"email": person.email})
    letters = "\n".join(str(mail.body) for mail in delivered())
    link = re.search(r"https?://[^/\s]+(/\S+/password/reset/\S+)", letters)
    assert link is not None
    page = client.get(link[1], follow=True)
    action = page.request["PATH_INFO"]
    assert client.post(action, {"password1": "quite another password"}).status_code == 302
    again = client_of(world, "visitor", language).get(link[1], follow=True)
    assert says(again, "This link does not work any longer", language)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "%00", "é" * 30])
def test_a_link_nobody_sent(world: World, language: str, token: str) -> None:
    for path in (f"/unsubscribe/{token or 'none'}", f"/password/reset/a-{token or 'none'}/"):
        answer = client_of(world, "visitor", language).get(world.here.url(path), follow=True)
        assert answer.status_code in (200, 400, 404)
        assert f'<html lang="{language}"' in answer.text
        assert "<h1" in answer.text


@pytest.mark.parametrize(
    "host", ["nobody.example", "evil.example:99999", "under_score.example", "a b", "xn--.com", ""]
)
def test_an_unknown_host(world: World, language: str, host: str) -> None:
    client = Client(headers={"accept-language": language, "host": host})
    for path in ("/", "/forums/", world.here.url("/")):
        answer = client.get(path)
        assert answer.status_code in (400, 404)
        assert world.here.community.name not in answer.text
        # A host that no browser sends is refused before anybody is asked for their language.
        assert answer.status_code == 400 or f'<html lang="{language}"' in answer.text


def test_the_same_sending_twice(world: World, language: str) -> None:
    client, form = client_of(world, "member", language), {"body": TEXT, "submission": str(uuid4())}
    path = world.here.url(f"/forums/t/{world.thread.slug}/reply/")
    first, second = client.post(path, form), client.post(path, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    with world.here.scope():
        assert Post.objects.filter(body_source=TEXT).count() == 1


def test_two_people_edit_one_article(world: World, language: str) -> None:
    path = world.here.url(f"/blogs/{world.blog.slug}/{world.article.slug}/edit/")
    author, manager = client_of(world, "member", language), client_of(world, "manager", language)
    page = author.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    form = {
        "title": "A winter refit",
        "body_format": "markdown",
        "language": "en",
        "version": version[1],
        "then": "save",
    }
    assert manager.post(path, form | {"body": "Of the first editor."}).status_code == 302
    late = author.post(path, form | {"body": TEXT, "submission": str(uuid4())})
    assert late.status_code == 409
    assert says(late, "Somebody changed this a moment ago. Nothing you wrote is lost.", language)
    assert "Of the first editor." in late.text
    assert escape(TEXT) in late.text


@pytest.mark.parametrize("path", ["/uploads/", "/preview/", "/notifications/read/", "/demo/enter/"])
def test_reading_what_only_takes_acts(world: World, language: str, path: str) -> None:
    answer = client_of(world, "member", language).get(world.here.url(path))
    assert answer.status_code in (404, 405)
    assert says(answer, "Back to the home page", language)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\u202eevil", "w" * 200_000, " \n\t "])
def test_text_that_cannot_be_kept_comes_back(world: World, language: str, text: str) -> None:
    body = b"body=" + b"".join(b"%%%02x" % byte for byte in text.encode("utf-8", "surrogatepass"))
    path = world.here.url(f"/forums/t/{world.thread.slug}/reply/")
    form = "application/x-www-form-urlencoded"
    answer = client_of(world, "member", language).generic("POST", path, body, content_type=form)
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert 'role="alert"' in answer.text or "error" in answer.text
