"""Small things that Django and its driver do many times for each page, done in fewer steps.

Each is put in the place of one of theirs, with the same results; `tests/config/test_quicker.py` compares them. Where a
newer Django has them no more under these names, that test fails, and the pages are only slower without them.
"""

from __future__ import annotations

import asyncio
import codecs
import secrets
import uuid
from contextvars import ContextVar
from functools import lru_cache
from html import escape as escape_text
from typing import Any

import psycopg2.extensions
from asgiref import local
from django import urls
from django.conf import LazySettings, settings
from django.middleware import csrf
from django.template import Context, RequestContext
from django.template.base import Variable, VariableDoesNotExist
from django.templatetags.i18n import TranslateNode
from django.urls import base
from django.utils import html, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, trans_real

_NOTHING: Any = object()
LETTERS = csrf.CSRF_ALLOWED_CHARS
COUNT = len(LETTERS)
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
        letters += "".join([LETTERS[one % COUNT] for one in secrets.token_bytes(2 * LENGTH) if one < EVEN])
    return letters[:LENGTH]


def masked(secret: str) -> str:
    """The token of a form: a mask of chance, and the secret behind it."""
    mask = new_secret()
    hidden = [LETTERS[(PLACES[one] + PLACES[over]) % COUNT] for one, over in zip(secret, mask, strict=False)]
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
    about, words = sentence
    text = SafeString((pgettext(about, words) if about else gettext(words)).replace("%%", "%"))
    if node.asvar:
        context[node.asvar] = text
        return ""
    return text


def _written_out(node: Any) -> tuple[str, str] | None:
    """What the sentence is about, where it says that, and the sentence as the catalogue has it, with signs for per cent
    doubled; None where it is no plain one."""
    told, about = node.filter_expression, node.message_context
    words, context = _literal(told), _literal(about) if about else ""
    if not words or context is None or node.noop:
        return None
    return str(context), str.replace(words, "%", "%%")


def _literal(expression: Any) -> str | None:
    written = getattr(expression.var, "literal", None)
    return written if isinstance(written, str) and not expression.filters else None


_escape = html.escape


def escape(text: Any) -> SafeString:
    """`escape` of a text that is there already, which needs no look at whether it is yet to be translated."""
    return SafeString(escape_text(text)) if type(text) is str else _escape(text)


_FAILED = "Failed lookup for key [%s] in %r"
_CONTEXTS = frozenset({Context, RequestContext})
_resolve = Variable._resolve_lookup  # type: ignore[attr-defined]


def look_up(variable: Any, context: Any) -> Any:
    """What a variable of a template stands for. That a page has no such name is seen by looking, and not by four
    refusals in turn; one that needs no more than looking, once or twice, is given at once."""
    name, *more = variable.lookups
    if type(context) not in _CONTEXTS:
        return _resolve(variable, context)
    for names in reversed(context.dicts):
        if name in names:
            value = names[name]
            if more and not callable(value):
                value = _attribute(value, more[0]) if len(more) == 1 else _NOTHING
            return _resolve(variable, context) if value is _NOTHING or callable(value) else value
    if hasattr(context, name):
        return _resolve(variable, context)
    raise VariableDoesNotExist(_FAILED, (name, context))


def _attribute(value: Any, name: str) -> Any:
    """What something says under a name, where one look is enough."""
    kind = type(value)
    if value is None:
        raise VariableDoesNotExist(_FAILED, (name, value))
    if kind is dict:
        return value.get(name, _NOTHING)
    try:
        return _NOTHING if hasattr(kind, "__getitem__") else getattr(value, name)
    except Exception:  # noqa: BLE001 - which of them a page keeps quiet about is Django’s to say
        return _NOTHING


# As many addresses as pages say again and again; those of single texts come and go.
ADDRESSES = 4096
_reverse = base.reverse


def reverse(
    viewname: Any,
    urlconf: Any = None,
    args: Any = None,
    kwargs: Any = None,
    current_app: Any = None,
    **more: Any,
) -> str:
    """`django.urls.reverse`, which puts an address together anew each time it is said."""
    if more or not isinstance(viewname, str) or (args and kwargs):
        return _reverse(viewname, urlconf, args, kwargs, current_app, **more)
    values = tuple(kwargs.values()) if kwargs else tuple(args or ())
    if not _PLAIN.issuperset(map(type, values)):
        return _reverse(viewname, urlconf, args, kwargs, current_app)
    where = (urlconf or base.get_urlconf() or settings.ROOT_URLCONF, base.get_script_prefix(), current_app)
    return _address(viewname, where, tuple(kwargs) if kwargs else None, *values)


# Values that are equal only where they are written alike.
_PLAIN = frozenset({str, SafeString, int, uuid.UUID})


@lru_cache(maxsize=ADDRESSES, typed=True)
def _address(viewname: str, where: tuple[Any, ...], names: tuple[str, ...] | None, *values: Any) -> str:
    urlconf, _prefix, current_app = where
    if names is None:
        return _reverse(viewname, urlconf, values, None, current_app)
    return _reverse(viewname, urlconf, None, dict(zip(names, values, strict=True)), current_app)


_storage: Any = local._ThreadCriticalLocal._get_storage


def storage_of_thread(kept: Any) -> Any:
    """Where a thread keeps its connections. Outside of a loop, asking for the loop raises, twenty times a page."""
    return kept._storage if asyncio._get_running_loop() is None else _storage(kept)


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
    # A setting that was asked before is an attribute like any other; what hides attributes is for lazy objects that
    # stand for something else.
    LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]
    local._ThreadCriticalLocal._get_storage = storage_of_thread  # type: ignore[method-assign]
    Variable._resolve_lookup = look_up  # type: ignore[attr-defined]
    # For tags, and for whoever is imported from here on: views.
    urls.reverse = reverse
    html.escape = escape
    codecs.register(_codec)
    psycopg2.extensions.encodings["UTF8"] = CODEC  # type: ignore[attr-defined]
