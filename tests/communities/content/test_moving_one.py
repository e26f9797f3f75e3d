from __future__ import annotations

import pytest

from communities.content.audiences import looks_after
from communities.content.exceptions import SpaceError
from communities.content.models import Space, Thread
from communities.content.services import move_thread
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_space, make_thread


@pytest.fixture
def loft(here: Cast) -> Space:
    with here.scope():
        return make_space(slug="loft", name="The loft")


def test_a_moderator_moves_a_thread_and_its_author_hears_of_it(here: Cast, loft: Space) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Wet sails", replies=2)
    client, path = here.sign_in(here.moderator), here.url(f"/t/{thread.slug}/move/")
    assert "The loft" in client.get(path).content.decode()
    assert path in client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert client.post(path, {"target": str(loft.pk)}).status_code == 302
    listed = here.sign_in(None).get(here.url("/forums/f/loft/")).content.decode()
    assert "Wet sails" in listed
    assert here.sign_in(None).get(here.url(f"/forums/t/{thread.slug}/")).status_code == 200
    bell = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "“Wet sails” is now in The loft" in bell
    with here.scope():
        assert Notification.objects.filter(kind="thread_moved").count() == 1
        assert not move_thread(Thread.objects.get(pk=thread.pk), target=loft, by=here.moderator)


def test_an_article_keeps_its_former_address(here: Cast) -> None:
    with here.scope():
        notes = make_space(kind="blog", slug="notes", name="Notes")
        article = make_thread(here.blog, by=here.manager, title="On rope")
        former = article.get_absolute_url()
        move_thread(article, target=notes, by=here.owner)
    answer = here.sign_in(None).get(here.url(former.removeprefix(here.prefix)))
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/blogs/notes/on-rope/")


def test_nobody_s_words_go_where_they_do_not_find_them(here: Cast, loft: Space) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        Space.objects.filter(pk=loft.pk).update(audience="team")
        forget_all()
        loft.refresh_from_db()
        with pytest.raises(SpaceError):
            move_thread(thread, target=loft, by=here.moderator)
        with pytest.raises(SpaceError):
            move_thread(thread, target=here.blog, by=here.moderator)
    path = here.url(f"/t/{thread.slug}/move/")
    refused = here.sign_in(here.moderator).post(path, {"target": str(loft.pk)})
    assert refused.status_code == 422
    assert "Its author cannot read that space." in refused.content.decode()


def test_only_who_looks_after_both_spaces_moves(here: Cast, loft: Space, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        assert not looks_after(here.member, loft.pk)
        for person in (here.member, here.ambassador):
            with pytest.raises(NotAllowed):
                move_thread(thread, target=loft, by=person)
    path = f"/t/{thread.slug}/move/"
    assert here.sign_in(here.member).get(here.url(path)).status_code == 403
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404
