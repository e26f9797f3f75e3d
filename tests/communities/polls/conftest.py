from __future__ import annotations

import pytest

from tests.communities.polls import making


@pytest.fixture(params=["text", "reply"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The laws of polls hold wherever one stands: under the text of a thread, and under a reply."""
    monkeypatch.setattr(making, "PLACE", request.param)
    return str(request.param)
