"""What an error says, without what stood in a row: for logs, and for what operators read.

An error quotes what it failed at: an address that is there already, a text that is no number. Names of tables,
constraints and attributes stay, as does where in the code it happened; values become `…`.
"""

from __future__ import annotations

import re
import traceback
from types import TracebackType

_SIGNS = r"\s@<>\"'“”()\[\]{},;:="
# From where a run of signs begins, and no part of it twice: a log line may be a long request.
ADDRESS = re.compile(rf"(?<![^{_SIGNS}])[^{_SIGNS}]++@[^{_SIGNS}]+\.[^{_SIGNS}]+")
# PostgreSQL’s own lines about a row: DETAIL: Key (email)=(…) already exists.
_ROW = re.compile(r"(?m)^(\s*(?:DETAIL|CONTEXT|LINE \d+|HINT)\s*:).*$")
_GIVEN = re.compile(r"=\s*\((?:[^()]|\([^()]*\))*\)")
_NAMED = (
    r"(?:constraint|relation|column|table|type|function|index|policy|schema|role|database|attribute|argument|object"
    r"|module|field|named|codec|keyword|operator)"
)
_QUOTED = re.compile(
    rf"(?P<name>\b{_NAMED} )?(?P<all>\"(?:[^\"\\\n]|\\.)*\"|(?<!\w)'(?:[^'\\\n]|\\.)*'(?!\w))(?P<object> object\b)?"
)


def mask_addresses(text: str) -> str:
    return ADDRESS.sub("…@…", text)


def mask_values(text: str) -> str:
    """The words of an error, without values."""
    text = _ROW.sub(r"\1 …", text)
    text = _GIVEN.sub("=(…)", text)
    return mask_addresses(
        _QUOTED.sub(lambda found: found[0] if found["name"] or found["object"] else "“…”", text)
    )


def words_of_error(problem: BaseException) -> str:
    """“ValueError: invalid literal for int(): “…””, in one line."""
    said = " ".join(mask_values(str(problem)).split())
    return f"{type(problem).__name__}: {said}" if said else type(problem).__name__


def traceback_of(
    kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
) -> str:
    """As Python prints it: every place in the code, and what each error said without values."""
    if problem is None or kind is None:
        return ""
    parts: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = problem
    link = ""
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        # The compact form: without the lines that mark columns, and never with the values of variables.
        places = "".join(
            traceback.format_list(traceback.extract_tb(trace if one is problem else one.__traceback__))
        )
        name = f"{type(one).__module__}.{type(one).__qualname__}".removeprefix("builtins.")
        parts.insert(0, f"Traceback (most recent call last):\n{places}{name}: {mask_values(str(one))}{link}")
        if one.__cause__ is not None:
            one, link = (
                one.__cause__,
                "\n\nThe above exception was the direct cause of the following exception:\n",
            )
        elif one.__context__ is not None and not one.__suppress_context__:
            one, link = (
                one.__context__,
                "\n\nDuring handling of the above exception, another exception occurred:\n",
            )
        else:
            one = None
    return "\n".join(parts)
