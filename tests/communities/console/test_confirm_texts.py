"""Reading what is proposed, and confirming it in one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communities.exceptions import NotAllowed
from communities.models import Community
from communities.setup import steps
from communities.texts.exceptions import TextChanged
from communities.texts.models import TextVersion
from communities.texts.queries import unconfirmed
from communities.texts.services import confirm_texts, save_text
from tests.communities.launch.conftest import LEGAL, refresh
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE, OPEN = "/manage/texts/confirm/", "/manage/open/"


@pytest.fixture
def draft(here: Cast) -> Cast:
    Community.objects.filter(pk=here.community.pk).update(state="draft", legal=LEGAL)
    refresh(here)
    return here


def left(cast: Cast) -> list[str]:
    with cast.scope():
        return [kind.name for kind in unconfirmed()]


def test_all_are_confirmed_in_one_act(draft: Cast, queries: Callable[..., Any]) -> None:
    owner = draft.sign_in(draft.owner)
    opening = owner.get(draft.url(OPEN)).content.decode()
    assert "8 texts are not confirmed yet" in opening
    assert draft.url("/manage/texts/terms/") in opening
    assert draft.url(PAGE) in opening
    with queries(most=20):
        page = owner.get(draft.url(PAGE)).content.decode()
    read = [line.partition('"')[0] for line in page.split('name="texts" value="')[1:]]
    assert len(read) == 8
    answer = owner.post(draft.url(PAGE), {"texts": read})
    assert answer["Location"] == draft.url("/manage/first-texts/"), "on to what is left"
    assert left(draft) == []
    assert "not confirmed yet" not in owner.get(draft.url(OPEN)).content.decode()
    assert "All texts are confirmed." in owner.get(draft.url(PAGE)).content.decode()


def test_what_nobody_confirmed_is_a_line_of_the_checklist(draft: Cast) -> None:
    step = steps["texts"]
    with draft.scope():
        confirm_texts(draft.community, by=draft.owner, read={"rules": 0, "privacy": 0, "terms": 0})
        check = step.check(draft.community)
        assert not check.done
        assert check.fact == "Not confirmed: About us, Welcome words, Legal notice, Cookies, Accessibility."
        confirm_texts(draft.community, by=draft.owner, read=dict.fromkeys(left(draft), 0))
        assert step.check(draft.community).done


def test_what_changed_since_it_was_read_is_not_confirmed_and_nothing_else_is(draft: Cast) -> None:
    with draft.scope():
        save_text(draft.community, "terms", by=draft.manager, sources={"en": "Other terms."})
        with pytest.raises(TextChanged):
            confirm_texts(draft.community, by=draft.owner, read={"privacy": 0, "terms": 0})
    answer = draft.sign_in(draft.owner).post(draft.url(PAGE), {"texts": ["privacy:0", "terms:0", "x:1"]})
    assert answer.status_code == 409
    with draft.scope():
        assert not TextVersion.objects.published().exists()


def test_a_manager_confirms_what_is_no_law_and_nobody_without_facts(draft: Cast, elsewhere: Cast) -> None:
    assert draft.sign_in(draft.moderator).get(draft.url(PAGE)).status_code == 403
    assert elsewhere.sign_in(elsewhere.owner).get(draft.url(PAGE)).status_code == 404
    manager = draft.sign_in(draft.manager)
    page = manager.get(draft.url(PAGE)).content.decode()
    assert page.count('name="texts"') == 3
    with draft.scope(), pytest.raises(NotAllowed):
        confirm_texts(draft.community, by=draft.manager, read={"privacy": 0})
    Community.objects.filter(pk=draft.community.pk).update(legal={})
    refresh(draft)
    page = draft.sign_in(draft.owner).get(draft.url(PAGE)).content.decode()
    assert 'value="privacy:0"' not in page
    assert "Still missing: Publisher" in page


def test_publishing_one_of_them_alone_leads_on_to_the_next(draft: Cast) -> None:
    owner = draft.sign_in(draft.owner)
    answer = owner.post(draft.url("/manage/texts/privacy/publish/"), {"revision": "0"})
    assert answer["Location"] == draft.url(PAGE), "the rules are still to be confirmed"
    assert "Next: First texts" in owner.get(draft.url(PAGE)).content.decode()
