"""What the form of a new thread asks for, and what it leaves out."""

from __future__ import annotations

from communities.content.models import Tag, Thread
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast
from tests.factories import make_thread


def test_no_tags_are_asked_for_where_there_are_none(here: Cast) -> None:
    page, client = here.url(f"/forums/f/{here.forum.slug}/new/"), here.sign_in(here.member)
    assert 'name="tags"' in client.get(page).content.decode()
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums", "questions"])
    forget_all()
    assert 'name="tags"' not in client.get(page).content.decode()
    begun = {"kind": "topic", "title": "A boat in the yard", "body": "It leaks.", "tags": "boats"}
    assert client.post(page, begun).status_code == 302
    with here.scope():
        assert not Thread.objects.get(title="A boat in the yard").tags.exists()
        tagged = make_thread(here.forum, by=here.member, title="Tagged")
        tag = Tag.objects.create(name="boats", slug="boats")
        tagged.tags.add(tag)
    edit = here.url("/forums/t/tagged/edit/")
    assert 'name="tags"' not in client.get(edit).content.decode()
    client.post(edit, {"title": "Tagged once"})
    with here.scope():
        assert Thread.objects.get(title="Tagged once").tags.exists(), "what is not asked for stays"


def test_questions_only_spaces_ask(here: Cast) -> None:
    with here.scope():
        here.forum.asks = True
        here.forum.save()
    forget_all()
    html = here.sign_in(here.member).get(here.url("/forums/f/rigging/new/")).content.decode()
    assert "Ask the question" in html
    assert 'type="radio"' not in html
