"""Rows as the database gave them: an instance is made once, when it is asked for, and a row names all that it says."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.test import Client
from django.utils import timezone

from communities.content.showing import rows as rows_of_posts
from communities.content.showing.rows import PostRows
from communities.content.showing.thread_rows import ThreadRows
from communities.found import Found, Told
from communities.memory import forget_all
from communities.models import Membership
from tests import factories
from tests.conftest import Cast

COLUMNS = {"id": 0, "names": 1}


def rows(*values: tuple[Any, ...], lists: tuple[int, ...] = ()) -> tuple[Found[Any], list[Any]]:
    """Some rows, and which of them were made."""
    made: list[Any] = []

    def make(row: Sequence[Any]) -> Any:
        made.append(row[0])
        return f"made {row[0]}"

    return Found([Told(one, COLUMNS, lists, make) for one in values]), made


def test_an_instance_is_made_once_and_only_when_it_is_asked_for() -> None:
    found, made = rows((1, "a"), (2, "b"), (3, "c"))
    assert len(found) == 3
    assert made == []
    assert (found[-1], found[2], found[0]) == ("made 3", "made 3", "made 1")
    assert made == [3, 1]
    assert list(found) == ["made 1", "made 2", "made 3"]
    assert made == [3, 1, 2]


def test_a_part_of_them_and_others_after_them_stay_as_they_are() -> None:
    found, made = rows((1, "a"), (2, "b"), (3, "c"))
    more, _made = rows((4, "d"))
    assert made == []
    assert list(found[1:].followed_by(more)) == ["made 2", "made 3", "made 4"]


def test_each_is_settled_when_it_is_made() -> None:
    found, _made = rows((1, "a"), (2, "b"))
    settled: list[Any] = []
    settling = Found(found.told, settled.append)
    assert settled == []
    assert (settling[1], settling[1]) == ("made 2", "made 2")
    assert settled == ["made 2"]


def test_a_row_with_lists_is_a_key_by_what_they_hold() -> None:
    found, _made = rows((1, [["a", "b"]]), (1, [["a", "b"]]), (1, [["a"]]), lists=(1,))
    one, same, other = (told.key for told in found.told)
    assert hash(one) == hash(same)
    assert one == same != other


def test_visitors_read_the_role_that_an_author_has_by_the_clock(here: Cast, settings: Any) -> None:
    """Their rows are kept by what the database says, and the end of a role is no change in it."""
    settings.VISITOR_PAGES = 0
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.ambassador, replies=1)
        ends = timezone.now() + datetime.timedelta(hours=1)
        Membership.objects.filter(pk=here.ambassador.pk).update(role_until=ends, role_after="member")
    address = here.url(thread.get_absolute_url())

    def shows_role() -> bool:
        forget_all()
        return 'class="role"' in Client().get(address).content.decode()

    assert shows_role()
    with here.scope():
        Membership.objects.filter(pk=here.ambassador.pk).update(
            role_until=ends - datetime.timedelta(hours=2), role_after="member"
        )
    assert not shows_role()


def test_rows_without_instances_are_drawn_as_others_are(here: Cast, monkeypatch: Any) -> None:
    """A page of a thread and a list of threads, for a visitor: by the rows, then by instances alone."""
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, replies=3, tags=["Rope"])
    addresses = [here.url(one) for one in (thread.get_absolute_url(), here.forum.get_absolute_url())]

    def seen() -> list[bytes]:
        forget_all()
        return [Client().get(address).content for address in addresses]

    by_rows = seen()
    monkeypatch.setattr(PostRows, "_visitors_key", lambda self, told: None)
    monkeypatch.setattr(ThreadRows, "_row_of", lambda self, told: "")
    assert by_rows == seen()
    assert all(b"Rope" in page for page in by_rows)


def test_a_page_of_which_all_is_at_hand_makes_instances_of_its_ends_alone(
    here: Cast, settings: Any, monkeypatch: Any
) -> None:
    """What asks each text whether it shows a picture would make all of them, unseen."""
    settings.VISITOR_PAGES = 0
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, replies=5)
    address = here.url(thread.get_absolute_url())
    first = Client().get(address).content
    asked: list[Any] = []
    made = Found.__getitem__

    def note(found: Found[Any], place: Any) -> Any:
        asked.append(place)
        return made(found, place)

    monkeypatch.setattr(Found, "__getitem__", note)
    assert Client().get(address).content == first
    assert set(asked) <= {0, -1}
    # The longest pages are put together each time, of the same rows.
    monkeypatch.setattr(rows_of_posts, "LARGEST", len(first) // 100)
    forget_all()
    for _time in range(2):
        assert Client().get(address).content == first
    assert rows_of_posts._kept_sections._kept == {}
