"""A thread's address is made of its title's words."""

from __future__ import annotations

import pytest

from communities.content.models import Thread
from communities.content.services.composing import free_slug
from tests import factories
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        (
            "Contester une amende : le 45e jour et l’avant-dernier mot",
            "contester-une-amende-le-45e-jour-et-l-avant-dernier-mot",
        ),
        ("Ce qu’il faut aujourd’hui", "ce-qu-il-faut-aujourdhui"),
        ("Don’t talc a cam", "dont-talc-a-cam"),
        ("Œufs à la coque", "oeufs-a-la-coque"),
        ("New", "new-1"),
        ("？？", "thread"),
        ("Как чинить парус?", "как-чинить-парус"),
    ],
)
def test_words_become_an_address(here: Cast, title: str, slug: str) -> None:
    with here.scope():
        assert free_slug(title, Thread(space=here.forum, kind="topic")) == slug


def test_the_same_title_twice_has_two_addresses(here: Cast) -> None:
    with here.scope():
        factories.make_thread(here.forum, by=here.member, title="Twice")

        assert free_slug("Twice", Thread(space=here.forum, kind="topic")) == "twice-2"
