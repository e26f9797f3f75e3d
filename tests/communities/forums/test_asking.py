"""What the form of a new thread asks for, and what it leaves out."""

from __future__ import annotations

from communities.content.models import Tag, Thread, UnsentText
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast
from tests.factories import make_space, make_thread


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
    assert 'type="radio" name="kind"' not in html


def test_asking_is_one_page(here: Cast) -> None:
    with here.scope():
        asks = make_space(name="Ask us", slug="ask-us", asks=True, prompt="Which boat?")
    page, member = here.url("/forums/new/"), here.sign_in(here.member)
    html = member.get(f"{page}?title=Rope+in+rain").content.decode()
    assert '<option value="ask-us">Ask us</option>' in html
    assert 'value="Rope in rain"' in html
    typed = {"kind": "topic", "title": "Rope in rain", "body": "It **swells**.", "body_format": "markdown"}
    refused = member.post(page, typed)
    assert refused.status_code == 422
    assert "Choose a space." in refused.content.decode()
    assert "It **swells**." in refused.content.decode()
    assert member.post(page, typed | {"space": "elsewhere"}).status_code == 422
    sent = member.post(page, typed | {"space": asks.slug})
    with here.scope():
        thread = Thread.objects.get(title="Rope in rain")
    assert sent.headers["Location"] == here.url(f"/forums/t/{thread.slug}/")
    # The space takes questions only, so it is one.
    assert (thread.space_id, thread.kind) == (asks.pk, "question")
    draft = member.post(page, typed | {"space": here.forum.slug, "title": "Later", "draft": "1"})
    assert draft.headers["Location"] == here.url("/me/drafts/")
    with here.scope():
        assert Thread.objects.get(title="Later").space_id == here.forum.pk


def test_a_space_that_takes_nothing_is_not_offered(here: Cast) -> None:
    with here.scope():
        make_space(name="Second", slug="second")
        make_space(name="Team", slug="team", posting="team")
    page = here.url("/forums/new/")
    assert 'value="team"' not in here.sign_in(here.member).get(page).content.decode()
    typed = {"kind": "topic", "title": "T", "body": "B", "space": "team"}
    assert here.sign_in(here.member).post(page, typed).status_code == 422
    assert here.sign_in(here.moderator).post(page, typed).status_code == 302


def test_nothing_that_was_typed_is_lost(here: Cast) -> None:
    with here.scope():
        second = make_space(name="Second", slug="second")
    page = here.url("/forums/new/")
    typed = {"kind": "topic", "title": "Rope", "body": "It swells.", "body_format": "markdown"}
    # The session ended while it was written.
    client = here.sign_in(None)
    asked = client.post(page, typed | {"space": "second"})
    assert asked.status_code == 302
    client.force_login(here.member.member)
    form = client.get(page).content.decode()
    assert ">It swells.</textarea>" in "".join(form.split("\n"))
    assert '<option value="second" selected>' in form
    # Kept unsent, it goes on where it was begun.
    address = client.get(page).context["request"].path
    kept = {**typed, "space": "second", "form_action": address, "written_on": address}
    client.post(f"{here.url('/me/drafts/keep/')}?about=start:", kept)
    with here.scope():
        unsent = UnsentText.objects.get()
    own = client.get(here.url(f"/me/drafts/{unsent.pk}/")).content.decode()
    assert f"{page}?unsent={unsent.pk}" in own
    assert "can no longer be sent" not in own
    # All other spaces were closed while it was written.
    with here.scope():
        second.archived = True
        second.save()
    forget_all()
    sent = client.post(page, typed | {"space": "second"})
    assert sent.status_code == 422
    assert "It swells." in sent.content.decode()


def test_a_new_thread_begins_with_its_title(here: Cast) -> None:
    """What it says comes first; where it goes and what it is are asked before it is sent."""
    with here.scope():
        make_space(name="Sails", slug="sails")
    html = here.sign_in(here.member).get(here.url("/forums/new/")).content.decode()
    order = [html.index(f'name="{name}"') for name in ("title", "body", "space", "kind", "tags")]
    assert order == sorted(order)
    assert '<label for="id_title">' in html, "the words in the field are no name of it"
