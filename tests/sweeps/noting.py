"""What a page reads of what it is sent. Two sendings that differ in nothing that was read are one and the same to it.

An answer depends on who asks, on what is stored, and on what is read of the request: with the first two unchanged,
another value of something that nobody looked at leads through the same lines to the same end, and need not be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

# What was sent: each name with its values, in their order.
Sent = Mapping[str, tuple[bytes, ...]]
# Of a body as large as this it matters whether it is read at all, whatever it holds.
LARGE = 500_000


@dataclass
class Read:
    """What has been read of a query, or of a form."""

    names: set[str] = field(default_factory=set)
    # Gone through from end to end, or read as it came.
    whole: bool = False
    # Somebody asked for it; a large one, or one that is none, is refused there.
    opened: bool = False

    def tells_apart(self, one: Sent, other: Sent) -> bool:
        """Whether who has read this much could answer the two differently."""
        if one == other:
            return False
        if self.whole or (self.opened and _is_large(one) != _is_large(other)):
            return True
        return any(one.get(name) != other.get(name) for name in self.names)


def _is_large(sent: Sent) -> bool:
    return sum(len(value) for values in sent.values() for value in values) > LARGE


class Notes:
    """What the page that is being asked has read so far; `anew` before the next is asked.

    `refused`: the fields that their forms said no to, each looked at by itself.
    """

    def __init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        self.query, self.form = Read(), Read()
        self.refused: set[str] = set()


class Noting(QueryDict):
    """A query or a form that notes what is read of it."""

    _read: Read | None = None

    @classmethod
    def of(cls, read: Read, *arguments: Any, **named: Any) -> Noting:
        made = cls(*arguments, **named)
        # From now on: filling it looks names up too.
        made._read = read
        return made

    def _note(self, name: Any) -> None:
        if self._read is not None:
            self._read.names.add(name)

    def _note_all(self) -> None:
        if self._read is not None:
            self._read.whole = True

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: Any) -> bool:
        self._note(key)
        return super().__contains__(key)

    def getlist(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().getlist(key, default)

    def __iter__(self) -> Iterator[Any]:
        self._note_all()
        return super().__iter__()

    def __len__(self) -> int:
        self._note_all()
        return super().__len__()

    def keys(self) -> Any:
        self._note_all()
        return super().keys()

    def items(self) -> Any:
        self._note_all()
        return super().items()

    def values(self) -> Any:
        self._note_all()
        return super().values()

    def lists(self) -> Any:
        self._note_all()
        return super().lists()

    def dict(self) -> Any:
        self._note_all()
        return super().dict()


@contextmanager
def noting() -> Iterator[Notes]:
    """Meanwhile every request notes what is read of its query and of its form."""
    notes = Notes()
    load, read = HttpRequest._load_post_and_files, HttpRequest.read  # type: ignore[attr-defined]
    body: Any = HttpRequest.body
    clean = BaseForm._clean_form  # type: ignore[attr-defined]
    loading: list[HttpRequest] = []

    def open_form(request: HttpRequest) -> None:
        notes.form.opened = True
        loading.append(request)
        try:
            load(request)
        finally:
            loading.pop()

    def note_raw() -> None:
        if not loading:
            notes.form.whole = notes.form.opened = True

    def read_body(request: HttpRequest) -> Any:
        note_raw()
        return body.fget(request)

    def read_on(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        note_raw()
        return read(request, *arguments, **named)

    def clean_together(form: BaseForm) -> None:
        notes.refused |= {form.add_prefix(name) for name in form.errors}
        clean(form)

    def query(*arguments: Any, **named: Any) -> Noting:
        return Noting.of(notes.query, *arguments, **named)

    def form(*arguments: Any, **named: Any) -> Noting:
        return Noting.of(notes.form, *arguments, **named)

    with ExitStack() as patches:
        for patch in (
            mock.patch("django.core.handlers.wsgi.QueryDict", query),
            mock.patch("django.http.request.QueryDict", form),
            mock.patch.object(HttpRequest, "_load_post_and_files", open_form),
            mock.patch.object(HttpRequest, "body", property(read_body)),
            mock.patch.object(HttpRequest, "read", read_on),
            mock.patch.object(BaseForm, "_clean_form", clean_together),
        ):
            patches.enter_context(patch)
        yield notes
