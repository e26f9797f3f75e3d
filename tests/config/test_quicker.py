"""What takes the place of Django’s own steps has the same results, and is there."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import uuid
from typing import Any

import pytest
from django import urls
from django.conf import LazySettings, settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.middleware import csrf
from django.template import Context, engines
from django.template.base import Variable
from django.templatetags.i18n import TranslateNode
from django.test import override_settings
from django.urls import NoReverseMatch, base, get_script_prefix, set_script_prefix
from django.utils import html, translation
from django.utils.safestring import SafeString
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
    assert Variable._resolve_lookup is quicker.look_up  # type: ignore[attr-defined]
    assert urls.reverse is quicker.reverse
    assert html.escape is quicker.escape
    assert LazySettings.__getattribute__ is object.__getattribute__


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
        '{% translate "Of 100% <b>" context "no catalogue" %}',
        '{% translate "Share" context word %}',
        '{% translate "Share" context "verb" as told %}{{ told }}',
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


class Thing:
    """What templates ask of rows and of what services answer with."""

    title = "<i>Halyard"
    empty = None
    kind = dict

    def said(self) -> str:
        return "said"

    def asks(self, whom: str) -> str:
        return whom

    @property
    def missing(self) -> str:
        raise ObjectDoesNotExist

    @property
    def broken(self) -> str:
        raise AttributeError("within")


NAMED: dict[str, Any] = {
    "thing": Thing(),
    "nothing": None,
    "words": ["first", {"label": "<b>"}],
    "pair": {"label": "<b>", "items": "own", "empty": None, "said": lambda: "called"},
    "work": lambda: {"label": "made"},
}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "thing.title",
            "thing.empty",
            "thing.said",
            "thing.asks",
            "thing.missing",
            "thing.none",
            "thing.kind",
        ),
        *(
            "nothing",
            "nothing.title",
            "nothing.0",
            "absent",
            "absent.title",
            "dicts",
            "template",
            "thing.empty.more",
        ),
        *("words.0", "words.1.label", "words.7", "words.first", "pair.label", "pair.items", "pair.keys"),
        *("pair.empty", "pair.none", "pair.said", "work.label", "work", "True", "thing.title.upper"),
    ],
)
def test_a_variable_stands_for_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    source = f"{{{{ {name} }}}}|{{% if {name} %}}is{{% endif %}}|{{{{ {name}|default:'none' }}}}"
    drawn = []
    for look_up in (quicker.look_up, quicker._resolve):
        monkeypatch.setattr(Variable, "_resolve_lookup", look_up)
        drawn.append(engine.engine.from_string(source).render(Context(NAMED)))
    assert drawn[0] == drawn[1]


def test_what_fails_within_fails_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    for look_up in (quicker.look_up, quicker._resolve):
        monkeypatch.setattr(Variable, "_resolve_lookup", look_up)
        with pytest.raises(AttributeError, match="within"):
            engine.engine.from_string("{{ thing.broken }}").render(Context(NAMED))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("front:show-home", {}),
        (SafeString("content:show-tag"), {"args": ["größe-7"]}),
        ("content:show-tag", {"kwargs": {"tag": "ropes"}}),
        ("content:show-feed", {"kwargs": {"tag": "ropes", "suffix": "xml"}}),
        ("content:show-post", {"args": [uuid.UUID(int=7)]}),
        ("content:show-post", {"args": [str(uuid.UUID(int=7))]}),
        ("front:show-legal-version", {"args": ["terms", 1]}),
        ("front:show-home", {"query": {"page": 2}}),
    ],
)
def test_an_address_is_said_as_before(name: str, told: dict[str, Any]) -> None:
    former = get_script_prefix()
    try:
        for prefix in ("/", "/c/halyard/"):
            set_script_prefix(prefix)
            found = [quicker.reverse(name, "config.urls", **told) for _turn in range(2)]
            assert found == [quicker._reverse(name, "config.urls", **told)] * 2
    finally:
        set_script_prefix(former)


def test_an_address_that_is_not_there_is_not_there_twice() -> None:
    for _turn in range(2):
        with pytest.raises(NoReverseMatch):
            quicker.reverse("content:show-post", "config.urls", args=["no number"])
        # Equal to one, and no number in an address.
        assert quicker.reverse("front:show-legal-version", "config.urls", args=["terms", 1])
        with pytest.raises(NoReverseMatch):
            quicker.reverse("front:show-legal-version", "config.urls", args=["terms", True])


@pytest.mark.parametrize("text", ["a<b>&\"'", SafeString("<b>"), 7, None, gettext_lazy("Report")])
def test_a_text_is_escaped_as_before(text: Any) -> None:
    found, before = quicker.escape(text), quicker._escape(text)
    assert (str(found), type(found)) == (str(before), type(before))


def test_a_setting_that_changes_is_another_one() -> None:
    before = settings.PLATFORM_URL
    with override_settings(PLATFORM_URL="https://other.example"):
        assert settings.PLATFORM_URL == "https://other.example"
    assert before == settings.PLATFORM_URL
    with pytest.raises(AttributeError):
        _ = settings.NOT_THERE
    assert "PLATFORM_URL" in dir(settings)


def test_a_connection_is_of_its_thread() -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(connection.connection is None))
    thread.start()
    thread.join()
    assert seen == [True]
