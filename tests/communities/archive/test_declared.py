"""Every table says whether it travels, and what of it does not."""

from __future__ import annotations

from django.apps import apps

from communities.portable import Portable, Stays, tables


def test_every_table_is_declared_once() -> None:
    known = {one.name for one in tables}
    missing = [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in known
    ]
    assert missing == [], "say in the portable.py of their app whether they travel"


def test_what_stays_and_what_is_left_out_says_why() -> None:
    for one in tables:
        if isinstance(one, Stays) or one.blank or one.among:
            assert one.why.endswith("."), one.name


def test_declarations_name_columns_that_exist() -> None:
    for one in tables:
        if isinstance(one, Portable):
            columns = {field.attname for field in one.model._meta.concrete_fields}
            named = {*one.blank, *one.numbers, *one.files, *one.html, *one.once}
            assert named <= columns, one.name


def test_no_secret_travels() -> None:
    """Whatever is sealed, a password or a token of ours is left out or its table stays."""
    for one in tables:
        if isinstance(one, Portable):
            travels = {field.attname for field in one.model._meta.concrete_fields} - set(one.blank)
            secret = {name for name in travels if name.startswith("sealed") or name in ("token", "password")}
            assert secret <= {"sealed_rows"}, one.name
