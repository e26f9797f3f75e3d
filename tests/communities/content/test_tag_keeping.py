"""Keeping tags: whatever is renamed, merged or forbidden, each thread keeps what it meant, and can have it back."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet
from django.test import Client

from communities.content.exceptions import ContentError
from communities.content.models import Tag, TaggedThread, TagWord, Thread
from communities.content.queries import recount_community
from communities.content.services import set_tags, tag_moving
from communities.content.services import tag_keeping as keeping
from communities.content.services.shelving import order_spaces
from communities.content.tasks import refile_tag
from communities.exceptions import NotAllowed
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.journal.reading import journal_page
from communities.journal.services import undo
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db


def tags_of(thread: Thread) -> set[str]:
    links = TaggedThread.objects.filter(content_object=thread).select_related("tag")
    return {link.tag.name for link in links}


def tag(name: str) -> Tag:
    found: Tag = Tag.objects.get(name=name)
    return found


def last_change() -> Change:
    found: Change | None = Change.objects.newest().first()
    assert found is not None
    return found


def counts_hold(cast: Cast) -> None:
    assert "tags" not in recount_community(cast.community.pk)


def test_a_renamed_tag_keeps_threads_address_and_word(here: Cast, client: Client) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Jib"])
        keeping.rename_tag(tag("Jib"), by=here.manager, name="Headsail")
        assert tags_of(thread) == {"Headsail"}
        other = make_thread(here.forum, by=here.member, tags=["jib", "Rope"])
        assert tags_of(other) == {"Headsail", "Rope"}
        counts_hold(here)
    moved = client.get(here.url("/tags/jib/"))
    assert (moved.status_code, moved["Location"]) == (301, here.url("/tags/headsail/"))
    assert client.get(here.url("/tags/headsail/")).status_code == 200
    assert client.get(here.url("/tags/jib/feed.xml"))["Location"] == here.url("/tags/headsail/feed.xml")
    with here.scope():
        undo(last_change(), here.manager)
        assert tags_of(thread) == {"Jib"}
        # The name that was a mistake means nothing any more.
        assert not TagWord.objects.exists()
    assert client.get(here.url("/tags/jib/")).status_code == 200
    assert client.get(here.url("/tags/headsail/"))["Location"] == here.url("/tags/jib/")


def test_two_tags_become_one_and_two_again(here: Cast, client: Client) -> None:
    with here.scope():
        only_jib = make_thread(here.forum, by=here.member, tags=["Jib"])
        both = make_thread(here.forum, by=here.member, tags=["Jib", "Headsail"])
        TagWord.objects.create(slug="foresail", name="Foresail", tag=tag("Jib"))
        keeping.merge_tags(tag("Jib"), into=tag("Headsail"), by=here.manager)
        assert tags_of(only_jib) == tags_of(both) == {"Headsail"}
        later = make_thread(here.forum, by=here.member, tags=["foresail"])
        assert tags_of(later) == {"Headsail"}
        counts_hold(here)
    assert client.get(here.url("/tags/jib/"))["Location"] == here.url("/tags/headsail/")
    with here.scope():
        undo(last_change(), here.manager)
        assert (tags_of(only_jib), tags_of(both)) == ({"Jib"}, {"Jib", "Headsail"})
        assert TagWord.objects.get(slug="foresail").tag == tag("Jib")
        assert tags_of(later) == {"Headsail"}
        counts_hold(here)
    assert client.get(here.url("/tags/jib/")).status_code == 200


def test_a_tag_of_very_many_threads_goes_part_by_part(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_moving, "AT_ONCE", 2)
    with here.scope():
        threads = [make_thread(here.forum, by=here.member, tags=["Jib", "Sail"]) for _number in range(5)]
        make_thread(here.forum, by=here.member, tags=["Headsail"])
        set_tags(threads[0], by=here.member, names=["Jib", "Sail", "Headsail"])
        jib, sail, headsail = tag("Jib"), tag("Sail"), tag("Headsail")
        with pytest.raises(keeping.TooManyThreads):
            keeping.merge_tags(jib, into=headsail, by=here.manager)
    page = here.sign_in(here.manager)
    assert "cannot be undone" in page.get(here.url(f"/manage/tags/{jib.pk}/")).content.decode()
    page.post(here.url(f"/manage/tags/{sail.pk}/forbid/"))
    page.post(here.url(f"/manage/tags/{jib.pk}/merge/"), {"into": "Headsail"})
    for kept in ({"tag_id": sail.pk}, {"tag_id": jib.pk, "into_id": headsail.pk}):
        for _part in range(4):
            refile_tag(community_id=here.community.pk, by_id=here.manager.pk, **kept)
    with here.scope():
        assert [tags_of(thread) for thread in threads] == [{"Headsail"}] * 5
        counts_hold(here)
        assert max(len(one.before.get("threads", ())) for one in Change.objects.all()) == 2
        merged = Change.objects.get(act="tags_merged")
        assert not next(line for line in journal_page(here.owner).lines if line.pk == merged.pk).can_undo
        with pytest.raises(NothingToUndo):
            undo(merged, here.manager)


def test_a_forbidden_tag_is_gone_and_cannot_be_used(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Politics", "Rope"])
        keeping.forbid_tag(tag("Politics"), by=here.manager)
        assert tags_of(thread) == {"Rope"}
        with pytest.raises(ContentError, match="“Politics” is not used as a tag here"):
            set_tags(thread, by=here.member, names=["Rope", "POLITICS"])
        assert tags_of(thread) == {"Rope"}
        undo(last_change(), here.manager)
        assert tags_of(thread) == {"Politics", "Rope"}
        counts_hold(here)


def test_what_is_taken_is_refused_with_its_name(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, tags=["Jib", "Headsail"])
        with pytest.raises(keeping.TagTaken, match="“Headsail”"):
            keeping.rename_tag(tag("Jib"), by=here.manager, name="HEADSAIL")
        with pytest.raises(keeping.TagTaken):
            keeping.add_tag_word(by=here.manager, word="Jib", tag=None)
        keeping.add_tag_word(by=here.manager, word="Foresail", tag=tag("Headsail"))
        with pytest.raises(keeping.WordTaken):
            keeping.rename_tag(tag("Jib"), by=here.manager, name="Foresail")
        with pytest.raises(keeping.WordTaken):
            keeping.add_tag_word(by=here.manager, word="foresail", tag=tag("Jib"))
        for nothing in ("", "…"):
            with pytest.raises(ContentError):
                keeping.rename_tag(tag("Jib"), by=here.manager, name=nothing)
        with pytest.raises(ContentError):
            keeping.merge_tags(tag("Jib"), into=tag("Jib"), by=here.manager)
        for role in (here.moderator, here.marketing, here.ambassador, here.member):
            with pytest.raises(NotAllowed):
                keeping.forbid_tag(tag("Jib"), by=role)


def test_a_word_for_a_tag_outlives_being_its_name(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, tags=["Jib"])
        keeping.add_tag_word(by=here.manager, word="Headsail", tag=tag("Jib"))
        keeping.rename_tag(tag("Jib"), by=here.manager, name="Headsail")
        undo(last_change(), here.manager)
        assert TagWord.objects.get().tag == tag("Jib")


def test_a_word_that_is_added_twice_at_once_is_refused(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        keeping.add_tag_word(by=here.manager, word="Jib", tag=None)
        # The other one has not been stored yet when it is looked for.
        monkeypatch.setattr(QuerySet, "exists", lambda _rows: False)
        with pytest.raises(keeping.WordTaken):
            keeping.add_tag_word(by=here.manager, word="Jib", tag=None)


def test_a_tag_whose_name_was_taken_meanwhile_does_not_come_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Jib", "Rope"])
        keeping.forbid_tag(tag("Jib"), by=here.manager)
        change = last_change()
        keeping.remove_tag_word(TagWord.objects.get(slug="jib"), by=here.manager)
        set_tags(thread, by=here.member, names=["Jib"])
        with pytest.raises(keeping.TagTaken):
            undo(change, here.manager)
        assert tags_of(thread) == {"Jib"}
        counts_hold(here)


def test_the_journal_counts_threads_and_hides_what_only_undoing_needs(here: Cast) -> None:
    with here.scope():
        for _number in range(2):
            make_thread(here.forum, by=here.member, tags=["Jib"])
        keeping.forbid_tag(tag("Jib"), by=here.manager)
        order_spaces([here.blog.pk, here.forum.pk], by=here.manager, community=here.community)
        order, forbidden = journal_page(here.owner).lines[:2]
    assert {one.label: one.before for one in forbidden.differences}["Threads"] == "2"
    assert [one.label for one in order.differences] == ["Order"]


def test_a_word_is_the_tag_that_has_its_name_under_another_address(here: Cast) -> None:
    """An import, or another way of making addresses, has left one: the name is taken, its usual address is not."""
    with here.scope():
        tag = Tag.objects.create(name="Ropework", slug="knots-and-splices")
        thread = make_thread(here.forum, by=here.member, tags=["ropework", "Sails"])
        assert [one.name for one in thread.tags.order_by("name")] == ["Ropework", "Sails"]
        tag.refresh_from_db()
        assert tag.thread_count == 1
