"""Two who save one text at once, an article, a page or a wiki: the second is told. The control has the lock off."""

from __future__ import annotations

import threading

import pytest

from communities.blogs import services as blogs
from communities.content import services
from communities.content.exceptions import EditConflict
from communities.content.models import Post, Thread
from communities.content.services.wikis import set_wiki
from communities.guides import services as guides
from communities.models import Membership
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_space, make_thread
from tests.sweeps.guidings import make_page

pytestmark = pytest.mark.django_db(transaction=True)


def a_text(cast: Cast, what: str) -> Thread:
    with cast.scope():
        if what == "page":
            return make_page(make_space(kind="guides", slug="how-to", posting="team"), by=cast.manager)
        if what == "article":
            return make_thread(cast.blog, by=cast.manager)
        thread = make_thread(cast.forum, by=cast.member)
        set_wiki(thread.opening(), is_wiki=True, by=cast.member)
        return thread


def save(what: str, thread: Thread, by: Membership, body: str) -> object:
    """As the form of each does, which was opened before anybody saved."""
    if what == "page":
        return guides.edit_page(
            thread, by=by, draft=guides.Draft(thread.title, body), version=thread.version
        ).pk
    if what == "article":
        return blogs.edit_article(
            thread, by=by, draft=blogs.Draft(thread.title, body), version=thread.version
        ).pk
    return services.edit_post(thread.opening(), by=by, body=body, revision=0).pk


@pytest.mark.parametrize("what", ["article", "page", "wiki"])
def test_of_two_editors_at_once_the_second_is_told(what: str) -> None:
    cast = make_cast()
    thread = a_text(cast, what)
    editors = (cast.owner, cast.manager)

    def edit(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=editors[number].pk)
            mine = Thread.objects.select_related("space").get(pk=thread.pk)
            # What both had before them: a form that was opened while nobody had saved.
            mine.version = thread.version
            return save(what, mine, by, f"<p>Text {number}</p>")

    answers = at_once(2, edit)
    assert sorted(isinstance(answer, EditConflict) for answer in answers) == [False, True], answers
    with cast.scope():
        stored = thread.opening().body_html
        assert stored == f"<p>Text {[isinstance(one, EditConflict) for one in answers].index(False)}</p>"


def test_control_without_the_lock_a_text_is_lost_unsaid() -> None:
    cast = make_cast()
    thread, read = a_text(cast, "wiki"), threading.Barrier(2)

    def lose(number: int) -> bool:
        with community_scope(cast.community):
            post = Post.objects.get(thread=thread, position=1)
            fresh = post.revision_count == 0
            read.wait(timeout=60)
            post.body_html, post.revision_count = f"<p>Text {number}</p>", post.revision_count + 1
            post.save(update_fields=["body_html", "revision_count"])
            return fresh

    assert at_once(2, lose) == [True, True], "nobody is told"
    with cast.scope():
        assert Post.objects.get(thread=thread, position=1).revision_count == 1
