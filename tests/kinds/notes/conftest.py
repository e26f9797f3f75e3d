from __future__ import annotations

import pytest

from communities.content.models import Space, Thread
from tests.conftest import Cast
from tests.kinds.notes.cast import make_note, make_notebook


@pytest.fixture
def notebook(here: Cast) -> Space:
    with here.scope():
        return make_notebook()


@pytest.fixture
def note(here: Cast, notebook: Space) -> Thread:
    with here.scope():
        return make_note(notebook, by=here.member)
