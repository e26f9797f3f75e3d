"""An import that comes twice, breaks off, or brings what must not come."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from communities.content.models import (
    Post,
    Redirect,
    Space,
    Tag,
    Thread,
)
from communities.content.services import unpublish_thread
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.transfer import writing
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.models import ImportedItem, UnclaimedAddress
from communities.transfer.services import import_wordpress
from tests.communities.transfer.test_import_wordpress import bring_in, thread_of
from tests.factories import make_community, make_membership

from .documents import write, wxr, wxr_author, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def test_twice_brings_nothing_new(community: Community, tmp_path: Path) -> None:
    tags = '<category domain="post_tag" nicename="roses">Roses</category>'
    parts = (wxr_author(), wxr_item(1, tags, wxr_comment(2)), wxr_item(3, status="draft"))
    bring_in(community, tmp_path, *parts)
    with community_scope(community):
        before = [
            model.objects.count() for model in (Thread, Post, Membership, Tag, Redirect, ImportedItem, Space)
        ]

    report = bring_in(community, tmp_path, *parts)

    with community_scope(community):
        after = [
            model.objects.count() for model in (Thread, Post, Membership, Tag, Redirect, ImportedItem, Space)
        ]
    assert before == after
    assert not +report.made
    assert report.known["article"] == 2
    assert "changed" not in report.losses


def test_a_later_export_adds_its_new_comments_at_the_end(community: Community, tmp_path: Path) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(2)))
    report = bring_in(
        community,
        tmp_path,
        wxr_author(),
        wxr_item(1, wxr_comment(2), wxr_comment(3, "Late"), content="Edited"),
    )

    with community_scope(community):
        thread = thread_of("article-1")
        assert list(thread.posts.order_by("position").values_list("position", "body_html")) == [
            (1, "<p>Edited</p>"),
            (2, "<p>Merci</p>"),
            (3, "<p>Late</p>"),
        ]
        assert (thread.reply_count, thread.last_position) == (2, 3)
    assert (report.made["comment"], report.made["updated"]) == (1, 1)
    assert "changed" not in report.losses


def test_what_was_taken_back_to_a_draft_here_gets_no_comments(community: Community, tmp_path: Path) -> None:
    """The first place of a thread is its own text's, whatever was said of it elsewhere meanwhile."""
    bring_in(community, tmp_path, wxr_author(), wxr_item(1))
    with community_scope(community):
        unpublish_thread(Thread.objects.get(), by=make_membership(role="manager"))

    report = bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(2)))

    with community_scope(community):
        assert Post.objects.get().position is None
    assert report.losses["comment_of_draft"].count == 1
    assert not +report.made - Counter(commenter=1)


def test_only_who_may_import_imports(community: Community, tmp_path: Path) -> None:
    with community_scope(community):
        people = [make_membership(role=role) for role in ("member", "moderator", "manager")]
    for person in people[:2]:
        with pytest.raises(NotAllowed):
            bring_in(community, tmp_path, wxr_author(), wxr_item(1), by=person)
    with community_scope(community):
        assert not Space.objects.exists()
        assert not ImportedItem.objects.exists()

    assert bring_in(community, tmp_path, wxr_author(), wxr_item(1), by=people[2]).made["article"] == 1


def test_what_was_deleted_here_does_not_come_back(community: Community, tmp_path: Path) -> None:
    parts = (wxr_author(), wxr_item(1, wxr_comment(2)))
    bring_in(community, tmp_path, *parts)
    with community_scope(community):
        Thread.objects.get().delete()

    report = bring_in(community, tmp_path, *parts)

    with community_scope(community):
        assert not Thread.objects.exists()
    assert (report.known["article"], report.known["comment"]) == (1, 1)


def test_an_interrupted_import_goes_on_where_it_stopped(
    community: Community, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        tmp_path, wxr(wxr_author(), *(wxr_item(key, wxr_comment(key + 500)) for key in range(1, 121)))
    )
    write_batch = writing.ThreadWriter.write
    calls = []

    def fail_in_the_second(self: writing.ThreadWriter, batch: list[object]) -> None:
        calls.append(len(batch))
        write_batch(self, batch)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing.ThreadWriter, "write", fail_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        import_wordpress(path, community=community)
    with community_scope(community):
        assert Thread.objects.count() == 50
    monkeypatch.undo()

    report = import_wordpress(path, community=community)

    with community_scope(community):
        assert (Thread.objects.count(), Post.objects.count()) == (120, 240)
        assert Membership.objects.count() == 2
    assert (report.known["article"], report.made["article"]) == (50, 70)


def test_a_rehearsal_counts_and_writes_nothing(community: Community, tmp_path: Path) -> None:
    report = bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(2)), dry_run=True)

    assert report.made["article"] == report.made["comment"] == 1
    assert "Rehearsal: nothing was written." in report.as_text()
    with community_scope(community):
        for model in (Thread, Post, Membership, Space, ImportedItem, UnclaimedAddress, Redirect):
            assert not model.objects.exists()


def test_a_broken_file_writes_nothing(community: Community, tmp_path: Path) -> None:
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1)).replace("</channel>", ""))

    with pytest.raises(UnreadableExport, match="not well-formed XML at line"):
        import_wordpress(path, community=community)
    with community_scope(community):
        assert not Membership.objects.exists()
        assert not Space.objects.exists()


def test_another_community_sees_nothing_of_it(community: Community, tmp_path: Path) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1))
    elsewhere = make_community()

    with community_scope(elsewhere):
        assert not ImportedItem.objects.exists()
        assert not UnclaimedAddress.objects.exists()
    assert bring_in(elsewhere, tmp_path, wxr_author(), wxr_item(1)).made["article"] == 1
