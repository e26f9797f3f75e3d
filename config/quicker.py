"""Small things that Django and its driver do many times for each page, done in fewer steps.

Each is put in the place of one of theirs, with the same results; `tests/config/test_quicker.py` compares them. Where a
newer Django has them no more under these names, that test fails, and the pages are only slower without them.
"""

from __future__ import annotations

import codecs
import secrets
from contextvars import ContextVar
from typing import Any

import psycopg2.extensions
from django.middleware import csrf
from django.templatetags.i18n import TranslateNode
from django.urls import base
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext, trans_real

_NOTHING: Any = object()
LETTERS = csrf.CSRF_ALLOWED_CHARS
PLACES = {letter: place for place, letter in enumerate(LETTERS)}
LENGTH = csrf.CSRF_SECRET_LENGTH
# Of a byte only what falls evenly on all letters is used.
EVEN = 256 - 256 % len(LETTERS)
# Names of columns are read by a function of Python’s codec; this codec is the function beneath it.
CODEC = "utf_8_beneath"


class OneValue:
    """A value of a thread, or of a task where there is a loop: what a page asks some fifty times (its language, what
    its addresses begin with) is one look-up, without a lock."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: ContextVar[Any] = ContextVar("one value", default=_NOTHING)

    @property
    def value(self) -> Any:
        found = self._kept.get()
        if found is _NOTHING:
            raise AttributeError("value")
        return found

    @value.setter
    def value(self, value: Any) -> None:
        self._kept.set(value)

    @value.deleter
    def value(self) -> None:
        if self._kept.get() is _NOTHING:
            raise AttributeError("value")
        self._kept.set(_NOTHING)


def new_secret() -> str:
    """As many letters of chance as a secret has, with one question to the system instead of one for each."""
    letters = ""
    while len(letters) < LENGTH:
        letters += "".join(
            [LETTERS[one % len(LETTERS)] for one in secrets.token_bytes(2 * LENGTH) if one < EVEN]
        )
    return letters[:LENGTH]


def masked(secret: str) -> str:
    """The token of a form: a mask of chance, and the secret behind it."""
    mask, count = new_secret(), len(LETTERS)
    hidden = [LETTERS[(PLACES[one] + PLACES[over]) % count] for one, over in zip(secret, mask, strict=False)]
    return mask + "".join(hidden)


# What each language says for a sentence. Sentences stand in the program, so that there are so many of them; what is
# looked up beyond that is looked up each time.
SENTENCES = 8192
_said: dict[Any, dict[str, str]] = {}
_look_up = trans_real.gettext


def said(message: str) -> str:
    """`gettext`, which asks the catalogue of each package in turn, and twice for what has no translation."""
    language = getattr(trans_real._active, "value", None)  # type: ignore[attr-defined]
    # Of a language there is one; “no language” (`override(None)`) is another object each time.
    if type(language) is not trans_real.DjangoTranslation or type(message) is not str:
        return _look_up(message)
    known = _said.get(language)
    if known is None:
        known = _said[language] = {}
    found = known.get(message)
    if found is None:
        found = _look_up(message)
        if len(known) < SENTENCES:
            known[message] = found
    return found


_draw = TranslateNode.render


def draw_sentence(node: Any, context: Any) -> Any:
    """`{% translate %}` of a sentence that is written out, without what only variables and filters need."""
    sentence = node.__dict__.get("sentence", _draw)
    if sentence is _draw:
        sentence = node.sentence = _written_out(node)
    if sentence is None:
        return _draw(node, context)
    text = SafeString(gettext(sentence).replace("%%", "%"))
    if node.asvar:
        context[node.asvar] = text
        return ""
    return text


def _written_out(node: Any) -> str | None:
    """The sentence as the catalogue has it, with signs for per cent doubled; None where it is no plain one."""
    told = node.filter_expression
    literal = getattr(told.var, "literal", None)
    is_plain = isinstance(literal, str) and not (told.filters or node.noop or node.message_context)
    return str.replace(literal, "%", "%%") if is_plain and literal else None


def _codec(name: str) -> codecs.CodecInfo | None:
    if name != CODEC:
        return None
    return codecs.CodecInfo(codecs.utf_8_encode, codecs.utf_8_decode, name=CODEC)


def put_in_place() -> None:
    """Needs the settings; what was set before stays."""
    for module, name in ((trans_real, "_active"), (base, "_prefixes"), (base, "_urlconfs")):
        former, new = getattr(module, name), OneValue()
        if hasattr(former, "value"):
            new.value = former.value
        setattr(module, name, new)
    csrf._get_new_csrf_string = new_secret
    csrf._mask_cipher_secret = masked  # type: ignore[attr-defined]
    trans_real.gettext = said
    # Whoever asked before has had the former one put there.
    vars(translation._trans).pop("gettext", None)  # type: ignore[attr-defined]
    TranslateNode.render = draw_sentence  # type: ignore[method-assign,assignment]
    codecs.register(_codec)
    psycopg2.extensions.encodings["UTF8"] = CODEC  # type: ignore[attr-defined]
