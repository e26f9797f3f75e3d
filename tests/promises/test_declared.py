"""What is declared has somebody who sets it and somebody who reads it: fields, settings, notices, features."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from communities.launch.features import FEATURES
from communities.notices import notices
from tests.promises.sources import PACKAGES, code, templates

# Keys of `Community.settings` that no form and no service sets, each with the reason.
SET_ELSEWHERE = {"demo_shapes": "by the demo, from a table of all that it keeps"}
# Fields that nothing sets or reads by its name, each with the reason.
FIELDS_OF_ONE_SIDE: dict[str, str] = {
    "content.Thread.takes_part": "by a trigger, with each entry",
    "capture.Position.moved_at": "by auto_now, for whoever looks into the table after a stop",
    "members.Member.last_login": "by the framework, at each sign-in",
    "people.OwnershipOffer.offered_at": "by its default: an offer is never edited",
}

# One name each time: an argument or an attribute that is given a value, a key, a column of a statement.
WRITTEN = re.compile(r"(\w+)(?:: [\w\[\], |]+)?\s*[-+|]?=(?!=)|[\"'](\w+)[\"']|\b(\w+)(?=, \w[^=\n]* = )")
READ = re.compile(r"\.(\w+)\b(?!\s*=[^=])|\b(\w+?)__\w+|[\"']-?(\w+)[\"']")
IN_STATEMENTS = re.compile(r'"""[^"]*\b(?:select|update|insert|delete)\b[^"]*"""', re.IGNORECASE)
KEY_READ = re.compile(r"""settings(?:\.get\(|\[|\.pop\()\s*["'](\w+)["']""")


def fields() -> Iterator[tuple[str, str]]:
    """Each field of our own tables that the database does not fill by itself, with its name in the product."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in PACKAGES or ".demo" in model.__module__:
            continue
        for field in model._meta.local_fields:
            automatic = (
                field.primary_key or isinstance(field, models.GeneratedField) or field.name == "community"
            )
            if not automatic:
                yield f"{model._meta.label}.{field.name}", field.name


def names_in(pattern: re.Pattern[str], text: str) -> set[str]:
    names = {name for found in pattern.findall(text) for name in found if name}
    return names | {name.removesuffix("_id") for name in names}


def test_every_field_has_a_writer_and_a_reader() -> None:
    columns = {word for text in IN_STATEMENTS.findall(code()) for word in re.findall(r"\w+", text)}
    written = names_in(WRITTEN, code()) | columns
    read = names_in(READ, code()) | names_in(READ, templates()) | columns
    silent = {
        label: "never written" if name not in written else "never read"
        for label, name in fields()
        if name not in written or name not in read
    }
    assert {label: why for label, why in silent.items() if label not in FIELDS_OF_ONE_SIDE} == {}
    assert set(FIELDS_OF_ONE_SIDE) <= set(silent), "these have both by now"


def test_every_key_of_the_settings_that_is_read_is_written_by_something() -> None:
    beside = KEY_READ.sub("", code())
    silent = [
        key for key in sorted(set(KEY_READ.findall(code()))) if not re.search(rf"[\"']{key}[\"']", beside)
    ]
    assert [key for key in silent if key not in SET_ELSEWHERE] == []
    assert set(SET_ELSEWHERE) <= set(silent), "these are set by something by now"


def test_every_notice_is_told_by_something() -> None:
    """Its name or its class stands somewhere beside its declaration; those of stages by what happened to them."""
    silent = []
    for notice in notices:
        if type(notice).__module__.split(".")[0] not in PACKAGES:
            continue
        name, kind = notice.name, type(notice).__name__
        beside = re.sub(rf"class {kind}\b|name = [\"']{name}[\"']", "", code())
        happened = name.removeprefix("stage_")
        if not re.search(rf"[\"'](?:{name}|{happened})[\"']|\b{kind}\b", beside):
            silent.append(name)
    assert silent == []


def test_every_feature_is_asked_for_somewhere() -> None:
    """A module that can be switched off and that no page asks for is a switch without a wire."""
    beside = re.sub(r"\bFeature\(\s*[\"']\w+[\"']", "", code())
    silent = [
        feature.name
        for feature in FEATURES
        if not re.search(rf"[\"']{feature.name}[\"']", beside + templates())
    ]
    assert silent == []
