"""The overview of the settings: who opens it, what each is set to, and finding one."""

from __future__ import annotations

import pytest

from communities.memory import forget_all
from communities.models import Community
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/"


def test_it_says_what_is_set_and_what_is_missing(here: Cast) -> None:
    owner = here.sign_in(here.owner)
    Community.objects.filter(pk=here.community.pk).update(tagline="Rope and patience")
    forget_all()
    page = owner.get(here.url(PAGE)).content.decode()
    assert "Rope and patience" in page
    assert "something is missing" in page
    rail = page.partition('class="rail rail-set"')[2].partition("</header>")[0]
    assert 'class="need"' in rail.partition(f'href="{here.url("/manage/legal/")}"')[2].partition("</a>")[0]
    Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
    forget_all()
    assert LEGAL["publisher"] in owner.get(here.url(PAGE)).content.decode()
    # A manager cannot change the legal identity, and is not sent there.
    assert here.url("/manage/legal/") not in here.sign_in(here.manager).get(here.url(PAGE)).content.decode()


@pytest.mark.parametrize(("words", "found"), [("woff2", True), ("LOGÓ mark", True), ("no such thing", False)])
def test_a_setting_is_found_by_any_of_its_words(here: Cast, words: str, found: bool) -> None:
    page = here.sign_in(here.owner).get(here.url(PAGE), {"q": words}).content.decode()
    assert ('class="setting"' in page) is found
    assert ("No setting matches these words" in page) is not found
