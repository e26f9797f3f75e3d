"""Other tools send what they found: signed, lately, and each thing once."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.animation.listening import services
from communities.animation.listening.hooks import LARGEST
from communities.animation.listening.models import Mention, MentionSource
from communities.memory import forget_all
from communities.models import Community
from communities.signatures import sign
from tests.conftest import Cast

Hook = tuple[MentionSource, str]
ONE = {
    "id": 7,
    "title": "Halyard <b>again</b>",
    "text": "<p>They hold.</p>",
    "url": "https://forum.example.com/7",
    "author": "Ann",
    "published_at": "2026-11-10T08:00:00Z",
}


@pytest.fixture
def hook(here: Cast) -> Hook:
    with here.scope():
        services.track_name("Halyard", [], rival=False, by=here.manager)
        return services.open_hook("Watcher", by=here.manager)


def send(
    here: Cast, hook: Hook, body: Any, *, secret: str = "", age: int = 0, host: Cast | None = None
) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = str(int(timezone.now().timestamp()) - age)
    signed = sign(secret or hook[1], at.encode() + b"." + raw).hex()
    return Client(enforce_csrf_checks=True).post(
        (host or here).url(f"/hooks/mentions/{hook[0].token}/"),
        raw,
        content_type="application/json",
        headers={"x-signature": f"t={at},v1={signed}"},
    )


def test_what_is_sent_is_kept_once(here: Cast, hook: Hook) -> None:
    rows = {"mentions": [ONE, {"text": "No name of ours in it."}]}
    assert send(here, hook, rows).json() == {"new": 2, "known": 0}
    assert send(here, hook, rows).json() == {"new": 0, "known": 2}
    with here.scope():
        mention = Mention.objects.get(title="Halyard again")
        assert (mention.excerpt, mention.author, mention.link) == ("They hold.", "Ann", ONE["url"])
        assert mention.said_at == datetime.datetime(2026, 11, 10, 8, tzinfo=datetime.UTC)
        assert [match.name.name for match in mention.matches.all()] == ["Halyard"]
        assert MentionSource.objects.get(pk=hook[0].pk).read_at is not None


def test_only_what_is_signed_lately_is_taken(here: Cast, elsewhere: Cast, hook: Hook) -> None:
    rows = {"mentions": [ONE]}
    assert send(here, hook, rows, secret="another").status_code == 401
    assert send(here, hook, rows, age=600).status_code == 401
    path = here.url(f"/hooks/mentions/{hook[0].token}/")
    assert Client().post(path, rows, content_type="application/json").status_code == 401
    assert send(here, hook, rows, host=elsewhere).status_code == 404
    assert Client().get(path).status_code == 405
    with here.scope():
        assert not Mention.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        {"mentions": []},
        {"mentions": {}},
        {"mentions": ["x"]},
        {"mentions": [{}]},
        {"mentions": [{"title": "\0"}]},
        {"mentions": [{"title": "<script>x</script>"}]},
        {"mentions": [ONE] * 101},
    ],
)
def test_what_holds_no_mentions_is_refused_in_words(here: Cast, hook: Hook, body: Any) -> None:
    answer = send(here, hook, body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "This message contains no mentions."
    with here.scope():
        assert not Mention.objects.exists()


def test_too_much_is_not_read(here: Cast, hook: Hook) -> None:
    assert send(here, hook, b"x" * (LARGEST + 1)).status_code == 413


def test_a_former_secret_is_good_for_a_day(here: Cast, hook: Hook) -> None:
    source, former = hook
    with here.scope():
        secret = services.change_secret(source, by=here.manager)
        assert secret != former
    assert send(here, hook, {"mentions": [ONE]}, secret=secret).status_code == 200
    assert send(here, hook, {"mentions": [ONE]}, secret=former).status_code == 200
    with here.scope():
        MentionSource.objects.update(former_until=timezone.now())
    assert send(here, hook, {"mentions": [ONE]}, secret=former).status_code == 401
    assert send(here, hook, {"mentions": [ONE]}, secret=secret).status_code == 200


def test_what_was_removed_or_closed_is_found_nowhere(here: Cast, hook: Hook) -> None:
    with here.scope():
        services.remove_source(hook[0], by=here.manager)
    assert send(here, hook, {"mentions": [ONE]}).status_code == 404
    with here.scope():
        services.take_source_back(hook[0], by=here.manager)
    assert send(here, hook, {"mentions": [ONE]}).status_code == 200
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    assert send(here, hook, {"mentions": [ONE]}).status_code == 404


def test_the_secret_is_shown_once_and_kept_sealed(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    answer = client.post(here.url("/manage/listening/sources/tools/"), {"name": "Watcher"})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    with here.scope():
        source = MentionSource.objects.get()
        assert secret not in source.sealed_secret
        assert source.secrets(timezone.now()) == [secret]
    assert secret not in client.get(here.url("/manage/listening/sources/")).content.decode()
