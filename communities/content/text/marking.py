"""The process in which listings are read, see `listings`. Nothing else may import this: it loads the readers."""

from __future__ import annotations

import json
import resource
import sys

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, Token, _TokenType

MEMORY = 512 * 2**20  # bytes
PROCESSOR = 2  # seconds

# The first that a part belongs to.
_CLASSES = (
    (Comment.Preproc, "t-k"),
    (Comment, "t-c"),
    (Keyword.Constant, "t-m"),
    (Keyword, "t-k"),
    (Operator.Word, "t-k"),
    (Name.Tag, "t-k"),
    (Name.Builtin, "t-n"),
    (Name.Function, "t-n"),
    (Name.Class, "t-n"),
    (Name.Decorator, "t-n"),
    (Name.Attribute, "t-n"),
    (Number, "t-m"),
    (Literal, "t-s"),
    (Generic.Deleted, "t-d"),
    (Generic.Inserted, "t-i"),
    (Generic.Heading, "t-k"),
    (Generic.Subheading, "t-k"),
)
_READ_AS = {"shell": "bash"}


def class_of(kind: _TokenType) -> str:
    return next((name for wanted, name in _CLASSES if kind in wanted), "")


def parts_of(language: str, text: str) -> list[tuple[str, str]]:
    """A listing cut where its colour changes. Blanks have none, so they belong to what stands before them."""
    more = {"startinline": True} if language == "php" and "<?" not in text else {}
    lexer = get_lexer_by_name(_READ_AS.get(language, language), stripnl=False, ensurenl=False, **more)
    parts: list[tuple[str, str]] = []
    for kind, words in lexer.get_tokens(text):
        name = parts[-1][0] if parts and not words.strip() else class_of(kind or Token)
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + words)
        elif words:
            parts.append((name, words))
    return parts


def main() -> None:
    """Reads listings as JSON, [[language, text] …], and writes the parts of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    listings = json.load(sys.stdin)
    json.dump([parts_of(language, text) for language, text in listings], sys.stdout)
