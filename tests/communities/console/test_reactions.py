"""Reactions chosen and named by the team: seen under texts, in each language; given ones stay."""

from __future__ import annotations

import pytest

from communities.content import services
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = pytest.mark.django_db

PAGE = "/manage/reactions/"


def test_what_the_team_chose_stands_under_texts(here: Cast, elsewhere: Cast) -> None:
    manager, member = here.sign_in(here.manager), here.sign_in(here.member)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = make_reply(thread, by=here.manager)
        services.react_to_post(post, by=here.ambassador, kind="thanks")
    sent = {"offered": ["agree", "useful"], "useful-en": "Shipshape", "useful-fr": "Bien vu"}
    assert manager.post(here.url(PAGE), sent).status_code == 302
    forget_all()
    english = member.get(here.url(thread_path := f"/forums/t/{thread.slug}/")).content.decode()
    assert english.count("name=agree ") == 1
    assert "Shipshape" in english
    assert "I agree" in english
    # What was given stays, and can be given again; what nobody gave is not offered any more.
    assert english.count("name=thanks ") == 1
    assert "Same here" not in english
    member.cookies["django_language"] = "fr"
    assert "Bien vu" in member.get(here.url(thread_path), headers={"accept-language": "fr"}).content.decode()
    with elsewhere.scope():
        other = make_thread(elsewhere.forum, by=elsewhere.member)
    path = elsewhere.url(f"/forums/t/{other.slug}/")
    assert "Shipshape" not in elsewhere.sign_in(elsewhere.member).get(path).content.decode()
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        undo(change, here.manager)
    forget_all()
    assert "Shipshape" not in member.get(here.url(thread_path)).content.decode()


def test_more_than_four_are_refused_and_names_stay_in_the_form(here: Cast) -> None:
    kinds = ["useful", "thanks", "same_here", "agree", "idea"]
    answer = here.sign_in(here.manager).post(here.url(PAGE), {"offered": kinds, "idea-en": "Aha"})
    assert answer.status_code == 422
    assert "Four reactions at most" in answer.content.decode()
    assert 'value="Aha"' in answer.content.decode()
    with here.scope():
        assert not Change.objects.exists()
