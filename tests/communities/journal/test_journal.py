"""The journal of the team: what differs is kept, nothing is rewritten, what can be put back is put back once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from communities.journal.acts import Act, acts, register_act
from communities.journal.exceptions import ChangedSince, NothingToUndo
from communities.journal.models import Change
from communities.journal.services import record, undo
from communities.models import Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def rename(person: Membership, headline: str, by: Membership) -> Change | None:
    """A service as others write them: the change and its line in one transaction."""
    former, person.headline = person.headline, headline
    person.save(update_fields=["headline"])
    return record(
        by,
        "test_renamed",
        what=str(person),
        about=person.pk,
        before={"headline": former, "role": person.role},
        after={"headline": headline, "role": person.role},
    )


def put_back(change: Change, by: Membership) -> None:
    rename(Membership.objects.get(pk=change.about), change.before["headline"], by)


@pytest.fixture(autouse=True)
def renamed() -> Iterator[None]:
    register_act(
        Act(
            "test_renamed",
            "Renamed",  # type: ignore[arg-type]
            present=lambda change: {"headline": Membership.objects.get(pk=change.about).headline},
            undo=put_back,
        )
    )
    register_act(Act("test_told", "Told"))  # type: ignore[arg-type]
    yield
    acts.unregister("test_renamed")
    acts.unregister("test_told")


def test_only_what_differs_is_kept(here: Cast) -> None:
    with here.scope():
        change = rename(here.member, "Rigger", here.owner)
        assert change is not None
        assert (change.before, change.after) == ({"headline": ""}, {"headline": "Rigger"})
        assert rename(here.member, "Rigger", here.owner) is None
        assert record(here.owner, "test_told") is not None
        with pytest.raises(KeyError):
            record(here.owner, "test_unknown")
        assert Change.objects.newest().count() == 2


def test_a_change_is_undone_once_and_leaves_a_line(here: Cast) -> None:
    with here.scope():
        change = rename(here.member, "Rigger", here.owner)
        assert change is not None
        undo(change, here.manager)
        assert Membership.objects.get(pk=here.member.pk).headline == ""
        back = Change.objects.newest().first()
        assert back is not None
        assert (back.undoes, back.by, back.after) == (change, here.manager, {"headline": ""})
        with pytest.raises(NothingToUndo):
            undo(change, here.manager)
        told = record(here.owner, "test_told")
        assert told is not None
        with pytest.raises(NothingToUndo):
            undo(told, here.owner)


def test_what_was_changed_since_is_not_overwritten(here: Cast) -> None:
    with here.scope():
        change = rename(here.member, "Rigger", here.owner)
        rename(here.member, "Sailmaker", here.manager)
        assert change is not None
        with pytest.raises(ChangedSince):
            undo(change, here.owner)
        assert Membership.objects.get(pk=here.member.pk).headline == "Sailmaker"
        assert Change.objects.count() == 2


def test_no_line_is_rewritten_or_taken_out(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        change = record(here.owner, "test_told", what="All members")
        assert change is not None
        for attempt in (
            lambda: Change.objects.filter(pk=change.pk).update(what="Nobody"),
            lambda: Change.objects.filter(pk=change.pk).delete(),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                attempt()
    with elsewhere.scope():
        assert Change.objects.count() == 0
