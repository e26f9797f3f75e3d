"""What processes make before they fork is what they would make at their first page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.template import engines
from django.urls import get_resolver
from django.urls.resolvers import get_ns_resolver
from django.utils import translation

from config import quicker
from config.services import made_ahead


def test_relations_are_known_to_every_model() -> None:
    made_ahead.make_relations()
    missing = [
        model
        for model in apps.get_models(include_auto_created=True)
        if not {"_relation_tree", "fields_map", "related_objects"} <= vars(model._meta).keys()
    ]
    assert not missing


def test_addresses_of_packages_are_those_that_are_said() -> None:
    get_ns_resolver.cache_clear()
    with translation.override("fr"):
        made_ahead.make_addresses(get_resolver("config.urls"))
        made = get_ns_resolver.cache_info()
        assert made.currsize
        # Django’s own: an address that was said before is remembered as a whole.
        quicker._reverse("forums:list-spaces", "config.urls")
        said = get_ns_resolver.cache_info()
    assert (said.misses, said.hits) == (made.misses, made.hits + 1)


def test_templates_of_all_folders_are_at_hand() -> None:
    engine: Any = engines["django"]
    made_ahead.make_pages()
    kept = {str(name) for name in engine.engine.template_loaders[0].get_template_cache}
    assert "template_context_processors" in vars(engine.engine), "what gives them their words"
    assert {"base.html", "components/top.html", "forums/show_space.html"} <= kept
    for folder in made_ahead.FOLDERS:
        assert any(name.startswith(f"{folder}/") for name in kept), folder


def test_a_template_that_is_broken_stops_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.html").write_text("{% nothing %}")
    read: list[str] = []
    engine = engines["django"]
    monkeypatch.setattr(
        engine, "get_template", lambda name: read.append(name) or engine.from_string("{% nothing %}")
    )
    made_ahead._make_templates(tmp_path)
    assert read == ["base.html"]
