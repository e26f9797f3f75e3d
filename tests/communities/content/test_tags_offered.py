"""Tags of the place are offered while one is typed: those that the writer can find something under."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.content.services.tagging import set_tags
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db
OFFERED = "/search/tags/"


@pytest.fixture
def tagged(here: Cast) -> None:
    with here.scope():
        for title, names in (("A", ["running rigging", "jib"]), ("B", ["jib", "Écoute"]), ("C", ["jib"])):
            set_tags(make_thread(here.forum, by=here.member, title=title), by=here.moderator, names=names)
        hidden = make_thread(here.forum, by=here.member, title="D", state="draft")
        set_tags(hidden, by=here.moderator, names=["jibe secret"])


def offered(here: Cast, person: Membership, words: str) -> list[str]:
    answer = here.sign_in(person).get(here.url(OFFERED), {"q": words})
    assert answer.status_code == 200
    return list(answer.json()["tags"])


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("words", "found"),
    [("ji", ["jib"]), ("RIG", ["running rigging"]), ("run", ["running rigging"]), ("éco", ["Écoute"])],
)
def test_what_begins_so_is_offered(here: Cast, words: str, found: list[str]) -> None:
    assert offered(here, here.member, words) == found


@pytest.mark.usefixtures("tagged")
def test_before_a_letter_is_typed_those_used_most(here: Cast) -> None:
    assert offered(here, here.member, " ")[0] == "jib"
    assert "jibe secret" not in offered(here, here.moderator, "ji")


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("words", ["%", "\\", "'", "x\x00", "x" * 5000, "_"])
def test_odd_words_find_nothing(here: Cast, words: str) -> None:
    assert offered(here, here.member, words) == []


@pytest.mark.usefixtures("tagged")
def test_nobody_else_is_offered_any(here: Cast, elsewhere: Cast) -> None:
    assert Client().get(here.url(OFFERED), {"q": "ji"}).status_code in (302, 403, 404)
    assert offered(elsewhere, elsewhere.member, "ji") == []
    here.community.open_features = [one.name for one in FEATURES if one.name != "tags"]
    here.community.save()
    forget_all()
    assert here.sign_in(here.member).get(here.url(OFFERED), {"q": "ji"}).status_code == 404
