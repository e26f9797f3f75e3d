"""For whom the pages of notes are, in the sweep of all addresses."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, AUTHOR, EVERYBODY

SPACE, NOTE = {"space": "notebook.slug"}, {"note": "note.slug"}
TEXT = {"title": "A title", "body": "<p>A text.</p>", "body_format": "html"}

ADDRESSES = {
    "notes/": Address(EVERYBODY),
    "notes/feed.<str:suffix>": Address(EVERYBODY, {"suffix": "=xml"}),
    "notes/in/<words:space>/": Address(EVERYBODY, SPACE),
    "notes/in/<words:space>/feed.<str:suffix>": Address(EVERYBODY, SPACE | {"suffix": "=xml"}),
    "notes/in/<words:space>/new/": Address(ALL_MEMBERS, SPACE, post=ALL_MEMBERS, data=TEXT),
    "notes/<words:note>/": Address(EVERYBODY, NOTE),
    "notes/<words:note>/margin/": act(AUTHOR, {"margin": "Or did it?"}, **NOTE),
    "notes/<words:note>/reply/": Address(EVERYBODY, NOTE, post=ALL_MEMBERS, data=TEXT),
}
