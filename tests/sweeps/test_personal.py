"""Every table that leads to a person says what becomes of it when the person goes, and what it says is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test.utils import isolate_apps

from analytics.engagement.models import MemberDay
from communities.content.kinds import KINDS
from communities.content.models import Post, Reaction, State
from communities.content.queries import recount_community
from communities.disclosures import taken
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import (
    DELETE,
    DETACH,
    EMPTY,
    KEEP,
    Departure,
    Outcome,
    Personal,
    Record,
    all_models,
    answers_of,
    fields_about_people,
    known_ways,
    records,
)
from moderation.models import Case
from tests.communities.people.leaving import erase_wholly, leave_wholly
from tests.conftest import Cast
from tests.factories import make_membership, make_person
from tests.sweeps.belongings import Person, belongings_of

RECORDS = {one.name: one for one in records()}
ADDRESS = "zebulon.quist@example.net"
HANDLE = "zebquist"
NAME = "Zebulon Quist"
# Whoever wrote last, of those whose texts are left.
FOLLOWS_FROM_POSTS = ("content_thread", "last_author_id")


def unanswered(model: type[models.Model]) -> list[str]:
    answered = {one.field for one in answers_of(model)}
    return [name for name in fields_about_people(model) if name not in answered]


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model._meta.label)
def test_every_model_that_leads_to_a_person_says_what_becomes_of_it(model: type[models.Model]) -> None:
    missing = unanswered(model)
    assert not missing, (
        f"{model._meta.label} leads to a person by {', '.join(missing)}. Say in the model what becomes of its rows:"
        f' personal = (Personal("{missing[0]}", DELETE, why="…"),) — see members/personal.py'
    )


@isolate_apps("communities.content")
def test_a_table_without_an_answer_would_be_found() -> None:
    class Wave(models.Model):  # noqa: DJ008
        by = models.ForeignKey("communities.Membership", models.CASCADE)
        to = models.EmailField()
        recipient = models.CharField(max_length=320)
        person = models.BigIntegerField()
        colour = models.CharField(max_length=8)

        class Meta:
            app_label = "content"

    Wave._meta.get_field("by").remote_field.model = Membership
    assert unanswered(Wave) == ["by", "to", "recipient", "person"]
    Wave.personal = (Personal("by", DELETE, why="…"), Personal("to", KEEP, why="…"))
    assert unanswered(Wave) == ["recipient", "person"]


def test_many_to_many_tables_are_among_those_that_are_asked() -> None:
    labels = {model._meta.label for model in all_models()}
    people = [one for model in apps.get_models() for one in model._meta.local_many_to_many]
    assert {one.remote_field.through._meta.label for one in people if one.remote_field.through} <= labels
    assert "members.Member_groups" in labels


@pytest.mark.parametrize("record", list(RECORDS.values()), ids=list(RECORDS))
def test_answers_make_sense(record: Record) -> None:
    said = record.personal
    column = record.column
    outcomes = [said.on(departure) for departure in Departure]
    assert outcomes == sorted(outcomes), "a further departure asks no less"
    assert said.why.endswith("."), "one sentence that tells a person why"
    assert set(said.withheld) <= {one.name for one in record.model._meta.concrete_fields}
    if DETACH in outcomes and record.way is None:
        assert column.null or record.holds_addresses, "what leads to nobody must be able to be empty"
    if EMPTY in outcomes:
        assert record.way or RECORDS[said.together_with].personal.on(Departure.ERASURE) is EMPTY
    if not issubclass(record.model, CommunityOwned) and said.on(Departure.ERASURE) is DELETE:
        cascades = not column.is_relation or column.remote_field.on_delete is models.CASCADE
        assert cascades, "the rows of an account go with it"


def test_every_way_is_that_of_a_record() -> None:
    assert set(known_ways()) <= set(RECORDS)


def test_names_of_tables_to_take_away_are_used_once() -> None:
    names = [one.personal.exported_as for one in RECORDS.values() if one.personal.exported_as]
    # What stands beside threads of a kind, and what is told in another way, go into the same archive.
    names += [kind.threads_name for kind in KINDS if kind.side is not None]
    names += [one.name for one in taken]
    assert len(names) == len(set(names))


def make_leaver(here: Cast) -> Person:
    account = make_person(email=ADDRESS)
    EmailAddress.objects.create(user=account, email=ADDRESS, verified=True, primary=True)
    membership = make_membership(person=account, handle=HANDLE, display_name=NAME)
    return Person(membership, ADDRESS)


def go(person: Membership, departure: Departure) -> None:
    if departure is Departure.ERASURE:
        erase_wholly(person, handles=[HANDLE])
    else:
        leave_wholly(person, delete=departure is Departure.LEAVING_WITH_TEXTS)


COLUMNS = """
select c.conrelid::regclass::text, a.attname from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[array_upper(c.conkey, 1)]
where c.contype = 'f' and c.conparentid = 0 and c.confrelid = 'communities_membership'::regclass order by 1, 2
"""


def columns_of_keys() -> list[tuple[str, str]]:
    """Table and column of every key to a membership, as the database knows them."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return [(table, column) for table, column in cursor.fetchall()]


def rows_of(person: int) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        counts = {}
        for table, column in columns_of_keys():
            cursor.execute(f"select count(*) from {table} where {column} = %s", [person])  # noqa: S608
            counts[table, column] = cursor.fetchone()[0]
        return counts


def tables_that_say(words: str) -> set[str]:
    """Every table of the database with a row that holds these words, in whatever column."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        found = set()
        for (table,) in cursor.fetchall():
            cursor.execute(f'select exists (select from "{table}" t where t::text ilike %s)', [f"%{words}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.add(table)
        return found


def test_the_database_knows_no_key_that_the_models_do_not_answer_for(db: None) -> None:
    answered = {(one.model._meta.db_table, one.column.column) for one in RECORDS.values()}
    keys = set(columns_of_keys())
    assert len(keys) > 40
    assert keys - answered == set()


def expected_rows(table: str, column: str, departure: Departure) -> Outcome:
    """What the answers say of a column: that of its mildest record."""
    said = [
        one for one in RECORDS.values() if one.model._meta.db_table == table and one.column.column == column
    ]
    return min(one.personal.on(departure) for one in said)


@pytest.mark.parametrize("departure", Departure, ids=lambda one: one.name.lower())
def test_what_stays_is_what_was_declared(here: Cast, departure: Departure) -> None:
    """One row of one person in every table, and one of somebody else’s; then the person goes."""
    with here.scope():
        leaver, other = make_leaver(here), Person(here.member, "bystander@example.net")
        mine, theirs = belongings_of(leaver, here), belongings_of(other, here)
        before, before_other = rows_of(leaver.membership.pk), rows_of(other.membership.pk)
        assert all(before.values()), "a row in every table that leads to a person"
        go(leaver.membership, departure)
        after = rows_of(leaver.membership.pk)
        for (table, column), rows in after.items():
            if (table, column) == FOLLOWS_FROM_POSTS:
                continue
            outcome = expected_rows(table, column, departure)
            stays_empty = table.startswith(("content_", "moderation_"))
            kept = outcome is KEEP or (outcome is EMPTY and stays_empty)
            assert bool(rows) is kept, (
                f"{table}.{column}: {rows} of {before[table, column]}, declared {outcome.name}"
            )
        assert rows_of(other.membership.pk) == before_other, "nobody else’s rows are touched"
        for name, row in mine.items():
            _check_row(RECORDS[name], row, departure)
        assert all(type(row).objects.filter(pk=row.pk).exists() for row in theirs.values())
        wrong = recount_community(here.community.pk)
        assert set(wrong) <= {"memberships", "members"}, "threads and tags count what is there"
        _check_reactions()
        _check_words(departure)


def _check_row(record: Record, row: Any, departure: Departure) -> None:
    outcome = record.personal.on(departure)
    if isinstance(row, MemberDay) and outcome is DETACH:
        # The number of the person is part of the key.
        assert MemberDay.objects.filter(day=row.day, person__lt=0, views=row.views).exists()
        return
    stored = type(row).objects.filter(pk=row.pk).first()
    assert (stored is None) is (outcome is DELETE), f"{record.name} was to {outcome.name}"
    if outcome is DETACH:
        value = getattr(stored, record.column.attname)
        assert ADDRESS not in str(value)
        assert record.holds_addresses or value is None
    if outcome is EMPTY and isinstance(stored, Post):
        assert stored.state == (State.PURGED if departure is Departure.ERASURE else State.DELETED)
        assert (stored.body_html == "") is (departure is Departure.ERASURE)
    if outcome is EMPTY and isinstance(stored, Case):
        assert stored.snapshot == {}


def _check_reactions() -> None:
    for post in Post.objects.exclude(reactions={}):
        counts = Reaction.objects.filter(post=post).values_list("kind", flat=True)
        assert post.reaction_count == len(counts)
        assert {kind: n for kind, n in post.reactions.items() if n} == {
            kind: list(counts).count(kind) for kind in set(counts)
        }


def _check_words(departure: Departure) -> None:
    """Neither name nor handle stands anywhere, in no column of no table; addresses only where that is declared."""
    assert tables_that_say(NAME) == set()
    assert tables_that_say(HANDLE) == set()
    kept = {
        one.model._meta.db_table
        for one in RECORDS.values()
        if one.holds_addresses
        and (one.personal.on(departure) is KEEP or not issubclass(one.model, CommunityOwned))
    }
    assert tables_that_say(ADDRESS) <= kept


PAGE = Path(settings.BASE_DIR) / "docs/operators/personal-data.md"


def test_the_operators_page_says_what_the_models_say() -> None:
    """After a change of an answer: the lines of the table are these."""
    written = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == [_line(one) for one in sorted(RECORDS.values(), key=lambda one: one.name)]


def _line(record: Record) -> str:
    said = record.personal
    outcomes = (said.on(departure).name.lower() for departure in Departure)
    return f"| `{record.name}` | {' | '.join(outcomes)} | {said.exported_as or '–'} | {said.why} |"
