"""Blocks and extending are what they are in Django, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Engine

from config import template_blocks

TEMPLATES = {
    "frame": "<{% block title %}none{% endblock %}>{% block a %}A{% block b %}B{{ x }}{% endblock %}{% endblock %}!",
    "child": '{% extends "frame" %}{% block b %}child {{ x }}{% endblock %}',
    "asks": '{% extends "frame" %}{% block b %}[{{ block.super }}]{% endblock %}{% block title %}T{% endblock %}',
    "asks twice": '{% extends "asks" %}{% block b %}({{ block.super }}){% endblock %}',
    "plain over asking": '{% extends "asks twice" %}{% block b %}plain{% endblock %}',
    "asks around": '{% extends "frame" %}{% block a %}<{{ block.super }}>{% endblock %}{% block b %}in{% endblock %}',
    "empty": '{% extends "frame" %}{% block a %}{% endblock %}',
    "by variable": "{% extends parent %}{% block title %}V{% endblock %}",
    "sets": '{% extends "frame" %}{% block title %}{% with x="inside" %}{{ x }}{% endwith %}{% endblock %}',
    "keeps": '{% extends "frame" %}{% block title %}{% cycle "q" as x %}{% endblock %}',
    "with a part": '{% extends "frame" %}{% block title %}{% include "child" %}{% endblock %}',
    "name in condition": '{% extends "frame" %}{% block b %}{% if block.super %}yes{% endif %}{% endblock %}',
}
LOADERS = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])]


def engine(*builtins: str) -> Engine:
    return Engine(loaders=LOADERS, builtins=list(builtins))


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_page_is_what_django_makes_of_it(name: str) -> None:
    ours, plain = engine("config.template_blocks"), engine()
    # Of one engine, so that what is known of a frame is known to all that extend it; parents take turns.
    for words in ({"x": "1", "parent": "child"}, {"x": "2", "parent": "asks"}, {"x": "1", "parent": "frame"}):
        made = [one.get_template(name).render(Context(words)) for one in (ours, plain)]
        assert made[0] == made[1]


def test_blocks_that_ask_for_what_they_replace_are_told_apart() -> None:
    ours = engine("config.template_blocks")
    asking = {
        name: {block.name for block in _blocks(ours.get_template(name)) if not block.is_plain}
        for name in ("frame", "child", "asks", "name in condition")
    }
    assert asking == {"frame": set(), "child": set(), "asks": {"b"}, "name in condition": {"b"}}


def test_a_template_outside_the_frame_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = engine("config.template_blocks")
    child = ours.get_template("child")
    first = child.render(Context({"x": "1"}))
    monkeypatch.setattr(template_blocks.Extends, "get_parent", lambda *_: pytest.fail("asked again"))
    assert child.render(Context({"x": "1"})) == first


def _blocks(template: Any) -> list[Any]:
    found: list[Any] = template.nodelist.get_nodes_by_type(template_blocks.Block)
    return found
