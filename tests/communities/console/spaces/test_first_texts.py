"""The first texts of a new place: read and published on one page, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communities.blogs.services import Draft, write_article
from communities.content.models import State, Thread
from communities.content.services import edit_post, publish_drafts
from communities.exceptions import NotAllowed
from tests.conftest import Cast
from tests.factories import make_space, make_thread

pytestmark = pytest.mark.django_db

PAGE = "/manage/first-texts/"


@pytest.fixture
def drafts(here: Cast) -> list[Thread]:
    with here.scope():
        topic = make_thread(here.forum, by=here.owner, title="Which rope do you use?", state=State.DRAFT)
        article = write_article(
            here.blog,
            by=here.owner,
            community=here.community,
            draft=Draft("Why we are here", "<p>Because.</p>"),
        )
        make_space(name="Office", slug="office", audience="team")
        return [topic, article]


def state_of(thread: Thread) -> str:
    return str(Thread.objects.get(pk=thread.pk).state)


def test_all_are_read_and_published_at_once(here: Cast, drafts: list[Thread]) -> None:
    owner = here.sign_in(here.owner)
    page = owner.get(here.url(PAGE)).content.decode()
    assert "Which rope do you use?" in page
    assert "<p>Because.</p>" in page
    assert page.count("checked") == 2
    assert "Office" not in page, "the team’s own space asks for no text"
    answer = owner.post(here.url(PAGE), {"drafts": [one.pk for one in drafts]}, follow=True)
    assert "2 texts are published." in answer.content.decode()
    with here.scope():
        assert [state_of(one) for one in drafts] == ["published", "published"]
    assert owner.get(here.url(PAGE)).content.decode().count("has a text") == 2


def test_what_is_not_ticked_and_what_is_not_mine_stays(here: Cast, drafts: list[Thread]) -> None:
    manager = here.sign_in(here.manager)
    page = manager.get(here.url(PAGE)).content.decode()
    assert "Why we are here" not in page, "drafts are their author’s"
    assert "Write the first one" in page
    manager.post(here.url(PAGE), {"drafts": [one.pk for one in drafts]})
    here.sign_in(here.owner).post(here.url(PAGE), {"drafts": [drafts[0].pk, "nonsense", "9" * 5000]})
    with here.scope():
        assert [state_of(one) for one in drafts] == ["published", "draft"]
        with pytest.raises(NotAllowed):
            publish_drafts([drafts[1]], by=here.member)


def test_where_one_is_refused_none_is_published(here: Cast, drafts: list[Thread]) -> None:
    with here.scope():
        here.forum.settings = {**here.forum.settings, "required_tags": ["rope"]}
        here.forum.save(update_fields=["settings"])
    answer = here.sign_in(here.owner).post(here.url(PAGE), {"drafts": [one.pk for one in drafts]})
    assert answer.status_code == 422
    with here.scope():
        assert [state_of(one) for one in drafts] == ["draft", "draft"]


def test_who_may_and_what_it_costs(
    here: Cast, elsewhere: Cast, drafts: list[Thread], queries: Callable[..., Any]
) -> None:
    assert here.sign_in(here.moderator).get(here.url(PAGE)).status_code == 403
    assert elsewhere.sign_in(elsewhere.owner).get(here.url(PAGE)).status_code == 302
    owner = here.sign_in(here.owner)
    owner.get(here.url(PAGE))
    with queries(most=8):
        owner.get(here.url(PAGE))


def test_a_draft_in_a_forum_is_published_or_thrown_away_on_its_own_page(
    here: Cast, drafts: list[Thread]
) -> None:
    topic, owner = drafts[0], here.sign_in(here.owner)
    publish, discard = (here.url(f"/drafts/{topic.pk}/{act}/") for act in ("publish", "discard"))
    page = owner.get(here.url(f"/forums/t/{topic.slug}/")).content.decode()
    assert publish in page
    assert discard in page
    assert here.sign_in(here.manager).post(publish).status_code == 404
    assert owner.post(publish).status_code == 302
    with here.scope():
        assert state_of(topic) == "published"
        assert owner.post(discard).status_code == 404
        other = make_thread(here.forum, by=here.owner, title="Another", state=State.DRAFT)
    assert owner.post(here.url(f"/drafts/{other.pk}/discard/")).status_code == 302
    with here.scope():
        assert not Thread.objects.filter(pk=other.pk).exists()


def test_an_outline_is_written_first_or_asked_about(here: Cast, drafts: list[Thread]) -> None:
    topic, article = drafts
    with here.scope():
        Thread.objects.filter(pk=article.pk).update(outline=True)
    owner, page = here.sign_in(here.owner), here.url(PAGE)
    shown = owner.get(page).content.decode()
    assert shown.count("checked") == 1, "an outline is not ticked"
    assert "Write it first" in shown
    asked = owner.post(page, {"drafts": [topic.pk, article.pk]})
    assert asked.status_code == 422
    assert 'name="sure"' in asked.content.decode()
    for path in (f"/drafts/{article.pk}/publish/", f"/blogs/{here.blog.slug}/{article.slug}/publish/"):
        owner.post(here.url(path))
    with here.scope():
        assert [state_of(one) for one in drafts] == ["draft", "draft"], "nothing half done"
    owner.post(page, {"drafts": [topic.pk], f"body-{article.pk}": "We make rope.\n\nAnn answers here."})
    with here.scope():
        assert [state_of(one) for one in drafts] == ["published", "published"]
        written = Thread.objects.get(pk=article.pk)
        assert "<p>Ann answers here.</p>" in written.opening().body_html
        assert not written.outline


def test_an_outline_that_was_edited_is_a_text_and_an_untouched_one_may_go_out(
    here: Cast, drafts: list[Thread]
) -> None:
    with here.scope():
        Thread.objects.update(outline=True)
        edit_post(drafts[0].posts.get(), by=here.owner, body="<p>Mine is of hemp.</p>")
    owner, page = here.sign_in(here.owner), here.url(PAGE)
    assert owner.get(page).content.decode().count("checked") == 1
    owner.post(page, {"drafts": [one.pk for one in drafts], "sure": "on"})
    with here.scope():
        assert [state_of(one) for one in drafts] == ["published", "published"]
