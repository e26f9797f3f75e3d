"""No job reads a table that grows from its first row to its last: what it asks for has an index.

All jobs are run, and whatever they ask is planned while walking through a table counts as dear as can be. What walks
all the same has no index to go by. What pages ask is planned where all of them are visited: `test_addresses`.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.module_loading import import_string

from config.schedule import SCHEDULE
from tests.sweeps.planning import SMALL, Plans
from tests.sweeps.world import World

# What jobs add up as a whole.
ADDED_UP = {
    "communities_community": "How many there are of each state, for the operator.",
    "operator_communityfigures": "Figures of all communities, for the operator.",
}
# They end transactions of their own, and are watched by `tests/members/mails`.
COMMITTING = ("send-mails", "sweep-mails")


def test_no_job_walks_through_a_table_that_grows(world: World) -> None:
    plans = Plans()
    with transaction.atomic(), connection.execute_wrapper(plans):
        for name, entry in SCHEDULE.items():
            if name not in COMMITTING:
                import_string(entry["task"])()
        transaction.set_rollback(True)
    assert len(plans.known) > 80, "they have asked hardly anything"
    allowed = {*SMALL, *ADDED_UP}
    assert {table: texts for table, texts in plans.walking.items() if table not in allowed} == {}


def test_an_index_is_missed(world: World) -> None:
    plans = Plans()
    with transaction.atomic(), connection.execute_wrapper(plans), connection.cursor() as cursor:
        cursor.execute("select id from members_member where language = %s", ["fr"])
        cursor.execute("select id from members_member where lower(email) = %s", ["nobody@example.org"])
    assert [len(texts) for texts in plans.walking.values()] == [1]
