"""The demo’s communities made side by side: each by a process of its own, begun in order, and none fails unseen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from communities.demo import together
from communities.demo.reading import SLUGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The communities in the order in which they were begun; each process says its number in a file."""
    order: list[str] = []

    def make(brand: Any, _say: object, *, now: object) -> None:
        (tmp_path / brand.slug).write_text(str(os.getpid()))

    monkeypatch.setattr(together, "settle_operator", lambda: None)
    monkeypatch.setattr(together, "settle_community", lambda brand, _clock: order.append(brand.slug))
    monkeypatch.setattr(together, "seed_community", make)
    # The connection of the test is its own.
    monkeypatch.setattr(together.connections, "close_all", lambda: None)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return order


def test_each_is_made_by_its_own_process(begun: list[str], tmp_path: Path) -> None:
    call_command("seed_demo", together=True)
    assert begun == list(SLUGS)
    makers = {(tmp_path / slug).read_text() for slug in SLUGS}
    assert len(makers) == len(SLUGS)
    assert str(os.getpid()) not in makers


def test_one_that_fails_is_named_and_the_others_are_made(
    begun: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = together.seed_community

    def fail(brand: Any, say: Any, *, now: Any) -> None:
        if brand.slug == "halyard":
            raise RuntimeError("broken")
        make(brand, say, now=now)

    monkeypatch.setattr(together, "seed_community", fail)
    with pytest.raises(CommandError, match="Not made: halyard"):
        call_command("seed_demo", together=True)
    assert {path.name for path in tmp_path.iterdir()} == set(SLUGS) - {"halyard"}


def test_with_one_processor_it_is_made_as_ever(begun: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(together, "seed_demo", lambda say: said.append("one after the other"))
    call_command("seed_demo", together=True)
    assert (said, begun) == (["one after the other"], [])
