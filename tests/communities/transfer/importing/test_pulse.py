"""The signs of life of an import are told through Redis; without it, the work is done all the same."""

from __future__ import annotations

from typing import Any

import pytest

from communities.transfer.importing import pulse
from communities.transfer.models import Import


class Away:
    """A cache whose server does not answer."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_args: Any, **_kwargs: Any) -> None:
            raise ConnectionError("the cache is away")

        return refuse


def test_work_ends_as_it_should_with_redis_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "cache", Away())
    job = Import(pk=1, worker="here", state=Import.State.REHEARSING)
    done = []
    with pulse.heartbeat(job):
        done.append("a part")
    assert done == ["a part"]
    assert not pulse.is_alive(job)
    assert pulse.steps_of(job) == pulse.Steps()
