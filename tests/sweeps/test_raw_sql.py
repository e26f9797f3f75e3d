"""Where code may go around the scoped managers. A new file on these lists needs a second reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("analytics", "communities", "config", "members", "moderation")

WAYS_AROUND = {
    "a raw cursor": (
        re.compile(
            r"\bconnection\.(?:chunked_)?cursor\(|RawSQL|\.extra\(|\.raw\(|\bcommunities_by_question\("
        ),
        {
            "communities/scoping.py": "tells the database which community is in scope; refuses raw()",
            "communities/reads.py": "runs the text of scoped query sets again, with the community in scope",
            "communities/queries.py": "asks the questions below for those who name them: numbers of communities",
            "members/signed_in.py": "reads the account that is signed in, by its number",
            "members/rounds.py": "takes and leaves the rounds of jobs, which belong to no community",
            "communities/quotas.py": "takes the lock of a community's storage; reads no row",
            "members/mails/claiming.py": "takes a mail of its community or of none, and marks it, that written out",
            "communities/notifications/devices/sending.py": "claims messages and settles them, with the community"
            " written out",
            "communities/launch/paces.py": "keeps where gauges stand, with the community written out",
            "communities/launch/services/looking.py": "puts off the next looks, with the community written out",
            "communities/transfer/running.py": "takes the lock of a community's imports; reads no row",
            "communities/content/queries.py": "recounts, with the community written out",
            "communities/content/finding/searching.py": "calls the search functions",
            "communities/content/services/appearing.py": "counts texts of authors, with the community written out",
            "communities/content/services/appending.py": "stores or places a reply in one statement, with the community"
            " written out",
            "communities/content/services/composing.py": "keeps a space from being put away, with the community"
            " written out",
            "communities/content/services/counting.py": "counts replies of threads, with the community written out",
            "communities/content/services/reacting.py": "counts reactions in one statement",
            "communities/content/services/holding.py": "keeps a thread from being moved while its text is changed, with"
            " the community written out",
            "communities/content/services/reading.py": "moves read markers forward only",
            "communities/content/services/regrouping.py": "gives posts other places and marks of readers other numbers,"
            " with the community written out",
            "communities/content/services/tagging.py": "recounts tags, and adds to their counts",
            "communities/content/tasks.py": "asks which communities have something due; their rows are read in scope",
            "communities/blogs/own/queries.py": "calls the search function of members’ own blogs",
            "communities/polls/queries.py": "calls the search function of polls",
            "communities/reviews/queries.py": "numbers of things whose name holds some words, by things_named()",
            "communities/challenges/tasks.py": "asks which communities have challenges that are due; read in scope",
            "communities/events/tasks.py": "asks which communities have events to tell of, or dates due; read in scope",
            "analytics/offers/tasks.py": "asks which communities have offers to tell of; read in scope",
            "communities/polls/tasks.py": "asks which communities have polls that have closed, or open again; read in"
            " scope",
            "communities/forums/tasks.py": "asks which communities have threads to be answered today; read in scope",
            "communities/ideas/tasks.py": "asks which communities have boxes that began something; read in scope",
            "communities/calls/tasks.py": "asks which communities have somebody to tell of a call; read in scope",
            "communities/mails.py": "asks which communities have mails in the outbox; their rows are read in scope",
            "communities/console/reach/checking.py": "asks which communities have senders due or old returns; read in"
            " scope",
            "communities/launch/queries.py": "counts mails that are marked, with the community written out",
            "communities/launch/tasks.py": "asks which communities have plans to look at, or mails waiting",
            "communities/people/fields/finding.py": "whose answers match, by members_with()",
            "communities/animation/tasks.py": "asks which communities have acts of days long ago",
            "communities/animation/calendar/tasks.py": "asks which communities have rituals that are due",
            "communities/animation/listening/tasks.py": "asks which communities have feeds to read, or old mentions",
            "communities/animation/ambassadors/tasks.py": "asks which communities have terms that end",
            "communities/animation/surveys/tasks.py": "asks which communities have surveys that are due",
            "communities/animation/automations/tasks.py": "asks which communities have automations due, or firings"
            " queued; read in scope",
            "communities/animation/announcements/tasks.py": "asks which communities have old readings; read in scope",
            "communities/animation/newsletters/tasks.py": "asks which communities have newsletters that are due,"
            " addresses that nobody confirmed, or followed links to count",
            "communities/people/tasks.py": "asks which communities have roles that have ended, or end soon",
            "communities/notifications/devices/queueing.py": "one statement beside each mail, for its reader’s devices",
            "communities/notifications/services.py": "adds to groups of news in one statement",
            "communities/notifications/tasks.py": "asks which communities have mails or messages to devices waiting",
            "communities/console/platform_queries.py": "a person's own memberships, by memberships_of()",
            "communities/console/operator/figures.py": "numbers of many communities, by fleet_numbers()",
            "communities/console/operator/queries.py": "numbers of mails of all communities; a person's memberships,"
            " by memberships_of(), with the reason in the journal",
            "communities/console/operator/middleware.py": "makes the transaction of an opening read-only",
            "communities/archive/going/rows.py": "has the database write rows as JSON, found by scoped managers",
            "communities/archive/coming/rows.py": "inserts rows of a file, with the community written out",
            "communities/archive/coming/numbers.py": "takes numbers of sequences; reads no row",
            "communities/archive/coming/bringing.py": "writes the row of the community that it has made; has partitions"
            " made",
            "communities/archive/tasks.py": "asks which communities have exports to go on with, or to delete",
            "communities/console/place/erasing.py": "empties every table of a community, in its scope and written out",
            "communities/transfer/tasks.py": "asks which communities have imports to look after; read in scope",
            "analytics/capture/rollups.py": "counts hours and days in one statement, with the community written out",
            "analytics/capture/together.py": "the database opens the scope of each community; row security binds it",
            "analytics/capture/tasks.py": "has partitions made and dropped; reads no row",
            "analytics/engagement/fleet.py": "numbers of active members of many communities, by active_members()",
            "analytics/roi/fleet.py": "sums of the ledgers of many communities, by ledger_sums()",
            "analytics/roi/tasks.py": "asks which communities have ledgers to keep; read in scope",
            "analytics/reports/tasks.py": "asks which communities have reports to write; read in scope",
            "analytics/engagement/services.py": "adds to members' days, with the community written out",
            "analytics/engagement/tasks.py": "asks which communities have days to count; read in scope",
            "config/database/prepared.py": "asks a connection for the number of its process; reads no row",
            "config/database/together.py": "sends what frames a statement before it; reads no row",
            "config/health.py": "asks whether the database answers",
            "config/backups/programs.py": "the owner's own connection, to back up and restore",
            "config/doctor/data.py": "asks the catalog whether the walls stand",
            "config/doctor/running.py": "asks the database for the time",
        },
    ),
    "an unscoped manager": (
        re.compile(r"_base_manager|_default_manager|models\.Manager\(\)"),
        {"config/services/preparation.py": "whether there is any community yet; Community is owned by none"},
    ),
    "a function with its owner's rights": (
        re.compile(r"security\s+definer", re.I),
        {
            "communities/content/migrations/0002_walls.py": "search, in the community of the transaction; numbers of"
            " communities with threads due, no rows",
            "communities/challenges/migrations/0002_walls.py": "numbers of communities with challenges due, no rows",
            "communities/events/migrations/0002_walls.py": "numbers of communities with events to tell of, no rows",
            "analytics/offers/migrations/0002_walls.py": "numbers of communities with offers to tell of, no rows",
            "communities/blogs/migrations/0002_walls.py": "search, in the community of the transaction",
            "communities/polls/migrations/0002_walls.py": "search, in the community of the transaction; numbers of"
            " communities with polls that have closed or open again, no rows",
            "communities/reviews/migrations/0002_walls.py": "numbers of things whose name holds some words, in the"
            " community of the transaction",
            "communities/forums/migrations/0002_walls.py": "numbers of communities with threads to answer, no rows",
            "communities/ideas/migrations/0002_walls.py": "numbers of communities with boxes to tell of, no rows",
            "communities/calls/migrations/0002_walls.py": "numbers of communities with calls to tell of, no rows",
            "communities/notifications/migrations/0002_walls.py": "numbers of communities with mails or messages"
            " to devices due, no rows",
            "communities/launch/migrations/0002_walls.py": "numbers of communities with plans or mails due, no rows",
            "communities/animation/migrations/0002_walls.py": "numbers of communities with old acts, no rows",
            "communities/animation/calendar/migrations/0002_walls.py": "numbers of communities with rituals, no rows",
            "communities/animation/listening/migrations/0002_walls.py": "numbers of communities with feeds due or old"
            " mentions, no rows",
            "communities/animation/ambassadors/migrations/0002_walls.py": "numbers of communities with terms, no rows",
            "communities/animation/surveys/migrations/0002_walls.py": "numbers of communities with surveys, no rows",
            "communities/animation/automations/migrations/0002_walls.py": "numbers of communities with automations due"
            " or something queued, no rows",
            "communities/animation/announcements/migrations/0002_walls.py": "numbers of communities with old readings,"
            " no rows",
            "communities/animation/newsletters/migrations/0002_walls.py": "numbers of communities with newsletters"
            " due, no rows",
            "communities/people/migrations/0002_walls.py": "numbers of communities with ended roles, no rows",
            "analytics/capture/migrations/0002_walls.py": "partitions by month; numbers of communities, no rows",
            "analytics/capture/migrations/0003_months_once.py": "partitions by month, made once",
            "analytics/engagement/migrations/0002_walls.py": "numbers of communities with days to count, and of active"
            " members for the operator, no rows",
            "analytics/roi/migrations/0002_walls.py": "sums of ledgers, numbers of communities; no rows",
            "analytics/reports/migrations/0002_walls.py": "numbers of communities with reports to write, no rows",
            "communities/console/operator/migrations/0002_walls.py": "numbers of members, bytes and mails for the"
            " operator, no rows but the number of an owner's account",
            "communities/transfer/migrations/0002_walls.py": "numbers of communities with imports due, no rows",
            "communities/archive/migrations/0002_walls.py": "numbers of communities with exports, no rows",
            "communities/mailing/migrations/0002_walls.py": "numbers of communities with senders due, no rows",
            "communities/migrations/0002_walls.py": "one's own memberships; numbers of people whose name"
            " holds some words, in the community of the transaction; numbers of communities with mails, no rows",
        },
    ),
    "another role": (
        re.compile(r"using\(\s*[\"']owner|connections\[[\"']owner|set\s+(?:local\s+)?role\b", re.I),
        {
            "config/services/preparation.py": "migrates as the owner, before anything is served",
            "config/backups/programs.py": "backs up and restores as the owner, from the command line only",
        },
    ),
}


@pytest.mark.parametrize("way", WAYS_AROUND)
def test_only_known_files_go_around_the_scope(way: str) -> None:
    pattern, known = WAYS_AROUND[way]
    found = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if pattern.search(path.read_text())
    }
    assert found - set(known) == set(), f"{way}: say here why, with a second reader"
    assert set(known) - found == set(), "these no longer do: take them off the list"
