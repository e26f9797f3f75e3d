"""What takes the place of Django’s own steps has the same results, and is there."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import Any

import pytest
from django.db import connection
from django.middleware import csrf
from django.template import Context, engines
from django.templatetags.i18n import TranslateNode
from django.urls import base, get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, trans_real

from config import quicker
from config.static_files import RememberedManifest


def test_all_of_them_are_in_place() -> None:
    assert isinstance(base._prefixes, quicker.OneValue)
    assert isinstance(base._urlconfs, quicker.OneValue)
    assert trans_real.gettext is quicker.said
    assert translation._trans.gettext is quicker.said  # type: ignore[attr-defined]
    assert TranslateNode.render is quicker.draw_sentence
    assert csrf._mask_cipher_secret is quicker.masked  # type: ignore[attr-defined]


def test_a_value_is_of_one_thread_and_of_one_task() -> None:
    kept, seen = quicker.OneValue(), {}
    assert not hasattr(kept, "value")
    kept.value = "here"

    def elsewhere() -> None:
        seen["before"] = getattr(kept, "value", "none")
        kept.value = "there"

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    async def tasks() -> None:
        async def change() -> None:
            kept.value = "task"

        seen["inherited"] = kept.value
        await asyncio.create_task(change())

    # In a context of its own, by a thread: the tests of a browser run within a loop.
    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(asyncio.run, tasks()))
    thread.start()
    thread.join()
    assert (kept.value, seen) == ("here", {"before": "none", "inherited": "here"})
    del kept.value
    assert not hasattr(kept, "value")
    with pytest.raises(AttributeError):
        del kept.value


def test_django_asks_them_as_its_own() -> None:
    former = get_script_prefix()
    try:
        set_script_prefix("/c/halyard")
        assert get_script_prefix() == "/c/halyard/"
    finally:
        set_script_prefix(former)
    with translation.override("fr"):
        assert translation.get_language() == "fr"
        with translation.override(None):
            assert translation.get_language() is None
        assert translation.get_language() == "fr"


def test_a_token_is_what_django_takes() -> None:
    secret = quicker.new_secret()
    assert len(secret) == csrf.CSRF_SECRET_LENGTH
    assert set(secret) <= set(csrf.CSRF_ALLOWED_CHARS)
    tokens = {quicker.masked(secret) for _ in range(20)}
    assert len(tokens) == 20
    assert all(csrf._does_token_match(token, secret) for token in tokens)  # type: ignore[attr-defined]
    assert not csrf._does_token_match(tokens.pop(), quicker.new_secret())  # type: ignore[attr-defined]
    # No letter is left out.
    assert set("".join(quicker.new_secret() for _ in range(200))) == set(csrf.CSRF_ALLOWED_CHARS)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("message", ["Report", "Share", "This is in no catalogue.", "", "a\r\nb"])
def test_a_sentence_is_said_as_before(language: str, message: str) -> None:
    with translation.override(language):
        assert [gettext(message), gettext(message)] == [quicker._look_up(message)] * 2
        lazy: Any = gettext_lazy(message)
        assert str(lazy) == quicker._look_up(message)


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language is another one each time; of a language no more is kept than the program has sentences."""
    with translation.override("fr"):
        gettext("Report")
        known = len(quicker._said)
        for _turn in range(3):
            with translation.override(None):
                assert gettext("Report") == "Report"
        assert len(quicker._said) == known
        kept = quicker._said[trans_real._active.value]  # type: ignore[attr-defined]
        monkeypatch.setattr(quicker, "SENTENCES", len(kept) + 1)
        assert [gettext(f"In no catalogue, {n}.") for n in range(3)] == [
            f"In no catalogue, {n}." for n in range(3)
        ]
        assert len(kept) == quicker.SENTENCES


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "Report" %}',
        '{% translate "100% <b>" %}',
        '{% translate "Share" context "verb" %}',
        "{% translate word %}",
        '{% translate "Report"|upper %}',
        '{% translate "Report" as told %}{{ told }}{{ told|safe }}',
        '{% translate "Report" noop %}',
        '{% autoescape off %}{% translate "Report" %}{% endautoescape %}',
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sentence_is_drawn_as_before(source: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    drawn = []
    for render in (quicker.draw_sentence, quicker._draw):
        monkeypatch.setattr(TranslateNode, "render", render)
        template = engine.engine.from_string("{% load i18n %}" + source)
        with translation.override(language):
            drawn += [template.render(Context({"word": "Re<port"})) for _ in range(2)]
    assert len(set(drawn)) == 1, drawn


@pytest.mark.django_db
def test_names_of_columns_are_read_in_any_letters() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 'ñandú' as \"größe\", 1 as plain")
        assert [column[0] for column in cursor.description] == ["größe", "plain"]
        assert cursor.fetchone() == ("ñandú", 1)


def test_an_address_of_a_file_is_looked_up_once() -> None:
    storage = RememberedManifest()
    storage.hashed_files = {"css/base.css": "css/base.1f.css"}
    plain: Any = super(RememberedManifest, storage)
    found = plain.url("css/base.css")
    assert found == "/static/css/base.1f.css"
    assert storage.url("css/base.css") == found
    storage.hashed_files = {}
    assert storage.url("css/base.css") == found
    with pytest.raises(ValueError, match="manifest"):
        storage.url("css/other.css")
