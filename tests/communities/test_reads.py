"""Reads compiled once: whatever pages read by them is what their query sets say, for every reader and state."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from communities.content.models import Post, State, Thread
from communities.drawing import Drawing, noted_in
from communities.exceptions import NoScope
from communities.found import Found
from communities.models import Community, Membership
from communities.reads import CompiledRead, NotOneText, reads_the_same
from communities.scoping import community_scope
from tests import factories
from tests.conftest import Cast

STATES = [State.PUBLISHED, State.HIDDEN, State.REMOVED, State.DELETED, State.DRAFT, State.PENDING]


def told(row: Any) -> Any:
    """All that an instance knows, with those fetched beside it."""
    if not isinstance(row, Model):
        return row
    known = {name: value for name, value in vars(row).items() if name != "_state"}
    beside = {
        name: other if other is None else {k: v for k, v in vars(other).items() if k != "_state"}
        for name, other in row._state.fields_cache.items()
    }
    return type(row), row._state.db, row._state.adding, known, beside


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Each compiled read is also made by its query set; how often each found something."""
    found: Counter[str] = Counter()
    read, find, count = CompiledRead.__call__, CompiledRead.found, CompiledRead.count

    def checked(self: CompiledRead[Any], *values: Any) -> list[Any]:
        rows, again = read(self, *values), read(self, *values)
        expected = [told(row) for row in self.build(*values)]
        assert [told(row) for row in rows] == [told(row) for row in again] == expected
        found[f"{self.build.__module__}.{self.build.__qualname__}"] += len(rows)
        return rows

    def counted(self: CompiledRead[Any], *values: Any) -> int:
        assert count(self, *values) == self.build(*values).count()
        return count(self, *values)

    def unmade(self: CompiledRead[Any], *values: Any) -> Sequence[Any]:
        rows = find(self, *values)
        expected = [told(row) for row in self.build(*values)]
        assert isinstance(rows, Found)
        assert [told(row) for row in rows] == expected
        # What is left to be made is what was made here.
        rest = find(self, *values)[1:]
        assert [told(row) for row in rest] == expected[1:]
        found[f"{self.build.__module__}.{self.build.__qualname__}"] += len(rows)
        return find(self, *values)

    monkeypatch.setattr(CompiledRead, "__call__", checked)
    monkeypatch.setattr(CompiledRead, "found", unmade)
    monkeypatch.setattr(CompiledRead, "count", counted)
    return found


def test_pages_read_what_their_query_sets_say_for_every_role_and_state(
    here: Cast, compared: Counter[str]
) -> None:
    people = (here.member, here.owner)
    paths = [
        "",
        "forums/f/rigging/",
        "forums/f/rigging/?filter=unanswered",
        "forums/",
        "blogs/",
        "blogs/journal/",
        "feed.xml",
    ]
    with here.scope():
        for number, state in enumerate(STATES):
            for space, kind in ((here.forum, "topic"), (here.forum, "question"), (here.blog, "article")):
                by = people[number % 2] if space == here.forum else here.owner
                thread = factories.make_thread(space, by=by, kind=kind, tags=["Rope"])
                factories.make_reply(thread, by=here.ambassador)
                Thread.objects.filter(pk=thread.pk).update(state=state)
                paths.append(thread.get_absolute_url().lstrip("/"))
        Post.objects.filter(position=2).update(state=State.HIDDEN)
        ended = timezone.now() - datetime.timedelta(days=1)
        Membership.objects.filter(pk=here.ambassador.pk).update(role_until=ended, role_after="member")
    readers = (None, here.member, here.ambassador, here.moderator, here.manager, here.owner)
    for reader in readers:
        client = here.sign_in(reader)
        for path in paths:
            assert client.get(here.url(f"/{path}")).status_code in (200, 302, 404, 410), path
    read = {name.rpartition(".")[0] for name, rows in compared.items() if rows}
    assert {
        "communities.forums.queries",
        "communities.forums.sections",
        "communities.blogs.queries",
        "communities.blogs.sections",
        "communities.content.showing.reading",
        "communities.content.views.feeds",
        "communities.middleware",
    } <= read


def test_a_compiled_read_stays_within_the_scope_it_runs_in(here: Cast, elsewhere: Cast) -> None:
    handles: CompiledRead[Membership] = CompiledRead(
        lambda role: Membership.objects.filter(role=role).order_by("pk")
    )
    with here.scope():
        assert [row.pk for row in handles("member")] == [here.member.pk]
    with elsewhere.scope():
        assert [row.pk for row in handles("member")] == [elsewhere.member.pk]
    with pytest.raises(NoScope):
        handles("member")


@pytest.mark.parametrize(
    "build",
    [
        lambda number: Membership.objects.filter(trust_level__lt=number % 7),
        lambda number: Membership.objects.filter(joined_at__lt=timezone.now(), pk=number),
        lambda number: Membership.objects.order_by("pk" if number < 100 else "-pk"),
    ],
)
def test_a_read_that_looks_at_its_values_stays_a_query_set(
    db: None, monkeypatch: pytest.MonkeyPatch, build: Any
) -> None:
    community: Community = factories.make_community()
    with community_scope(community):
        with pytest.raises(NotOneText):
            CompiledRead(build)(12)
        monkeypatch.setattr(CompiledRead, "is_strict", False)
        assert CompiledRead(build)(12) == list(build(12))
        assert CompiledRead(build).count(12) == build(12).count()


def test_reads_of_one_text_are_told_apart_when_a_page_is_read_again(here: Cast) -> None:
    """They differ by a state that is written in each: in the text it is a parameter, as the thread is."""
    public, hidden = (
        CompiledRead[Post](lambda thread_id: Post.objects.filter(thread_id=thread_id, state="published")),
        CompiledRead[Post](lambda thread_id: Post.objects.filter(thread_id=thread_id, state="hidden")),
    )
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member)
        reply = factories.make_reply(thread, by=here.owner)
        Post.objects.filter(pk=reply.pk).update(state="hidden")
        kept, again = Drawing(timezone.now()), Drawing(timezone.now())
        with noted_in(kept):
            drawn = [public(thread.pk), hidden(thread.pk)]
        assert reads_the_same(kept.reads, again)
        with noted_in(again):
            assert [public(thread.pk), hidden(thread.pk)] == drawn


def test_a_read_that_fails_hides_no_other_statement(here: Cast) -> None:
    broken: CompiledRead[Post] = CompiledRead(
        lambda number: Post.objects.filter(pk=number).extra(where=["1/0=1"])
    )
    drawing = Drawing(timezone.now())
    with here.scope(), noted_in(drawing), connection.execute_wrapper(drawing.ask):
        with pytest.raises(DataError), transaction.atomic():
            broken(1)
        drawing.is_known = True
        Post.objects.exists()
    assert not drawing.is_known
