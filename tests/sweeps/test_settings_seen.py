"""The table of settings against what there is: no setting without a test that sees what it does."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from communities.setup import pages
from tests.sweeps.settings_seen import BESIDE, FORMS, SEEN


@cache
def written(path: str) -> tuple[str, frozenset[str]]:
    """The source of a file of tests, and the names of its functions."""
    source = (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")
    found = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    return source, frozenset(found)


def test_every_page_of_the_settings_is_in_the_table() -> None:
    assert set(SEEN) == {page.url_name for page in pages}


@pytest.mark.parametrize("page", FORMS)
def test_every_field_of_a_page_is_in_the_table(page: str) -> None:
    fields = {name for form in FORMS[page] for name in form.base_fields} - BESIDE
    assert fields - set(SEEN[page]) == set(), "say which test sees what these do"


@pytest.mark.parametrize("page", SEEN)
def test_the_tests_exist_and_go_to_the_page(page: str) -> None:
    known = next(one for one in pages if one.url_name == page)
    addresses = [reverse(name) for name in (known.url_name, *known.also)]
    for setting, test in SEEN[page].items():
        path, _colons, name = test.partition("::")
        source, names = written(path)
        assert name in names, f"{setting}: {test} is gone"
        assert any(address in source for address in addresses), f"{setting}: {path} knows no {addresses}"
