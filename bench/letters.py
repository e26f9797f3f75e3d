"""One newsletter to 100,000 members of a segment: exactly once each, through killed workers, and what that costs.

`python -m bench.letters [recipients] [quick] [outbox]`: a community of its own is filled; beside the recipients stand
people of the segment who did not ask for newsletters, and people who did and are outside it. One process lays out and
writes, as the job of the minute does, with the minutes of a clock that is put on as soon as the outbox is nearly empty;
another one hands the mails to a server of this machine (`bench.sink`). The first is killed thrice in the middle of a
transaction, the second twice at any moment (SIGKILL), and each is started again. Meanwhile pages are read in this
process, in turns with both processes at work and both stopped (SIGSTOP). At the end everything is counted by SQL, and
once more from what the server has taken. Fails where anybody got it twice, or did not get it and is not said to be
uncertain. Processor time only; the machine may be busy. `quick` kills each once, for small numbers. With `outbox` no
mail is handed over: the outbox is emptied by SQL, as a mailer that costs nothing would, and its rows alone are counted;
handing over costs some times as much as writing, and has its own speed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from typing import Any

from django.db import connections
from django.utils import timezone

from bench.application import make_application
from bench.content import fill
from bench.costs import no_queue
from bench.ground import session_of
from bench.letter_work import TAKEN, State, Worker, sink
from bench.load import Target
from bench.pages import call
from bench.processor import alone, shares
from communities.animation.newsletters import sending, writing
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    Segment,
)
from communities.animation.newsletters.segments import Rule, save_segment
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from members.models import OutgoingMail

RECIPIENTS = 100_000
# Beside the recipients, one for so many of them: who did not ask, who is outside the segment, who is no member.
BESIDE = 50
ROUNDS, CALLS = 8, 10
PATIENCE = 7_200.0  # seconds
# The two processes are not killed at the same moment.
MORE = 150


def make_place(recipients: int) -> tuple[Community, Newsletter]:
    number = Community.objects.filter(slug__startswith="letters-").count() + 1
    community = Community.objects.create(
        slug=f"letters-{number}",
        name="Letters",
        tagline="Measured",
        languages=["en"],
        moderation_mode="reactive",
    )
    with community_scope(community):
        fill(community)
    # Committed before the owner of the tables goes on.
    with community_scope(community):
        _fill(community, recipients, "in", role="member", asked=True)
        _fill(community, recipients // BESIDE, "quiet", role="member", asked=False)
        _fill(community, recipients // BESIDE, "outside", role="ambassador", asked=True)
        visitors = [f"visitor-{community.slug}-{n}@example.org" for n in range(recipients // BESIDE)]
        NewsletterSubscription.objects.bulk_create(
            NewsletterSubscription(
                community=community, email=one, state="confirmed", confirmed_at=timezone.now()
            )
            for one in visitors
        )
        manager = Membership.objects.get(role="manager")
        segment = save_segment(
            Segment(), by=manager, name="Silent", rule=Rule(roles=("member",), posts="none")
        )
        letter = writing.start_newsletter(community, by=manager, subject="Halyards of the month")
        writing.add_text(
            letter, letter.language, by=manager, source="What slipped, and what **held**.\n\n" * 6
        )
        writing.add_button(letter, letter.language, by=manager, label="Read on", url="/forums/")
        letter.refresh_from_db()
        letter = writing.edit_newsletter(
            letter, by=manager, version=letter.version, segment=segment, is_public=False
        )
        sending.plan_newsletter(letter, by=manager, community=community, send_at=None)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")
    return community, letter


# Rows that differ from a member who is there only by number, name and role: thousands in a statement.
COLUMNS = """
select column_name from information_schema.columns where table_schema = 'public' and table_name = %s
and is_generated = 'NEVER' and column_name <> 'id' order by ordinal_position
"""


def _fill(community: Community, people: int, name: str, *, role: str, asked: bool) -> None:
    """Members by SQL: through the services it takes an hour."""
    with connections["owner"].cursor() as cursor:
        somebody = Membership.objects.get(handle="sailor-1")
        address = f"'{name}-' || n || '-{community.slug}@example.org'"
        said = {
            "members_member": {"email": address},
            "communities_membership": {
                "handle": f"'{name}-' || n",
                "role": f"'{role}'",
                "post_count": "0",
                "member_id": f"(select id from members_member m where m.email = {address})",
            },
        }
        rows = {"members_member": somebody.member_id, "communities_membership": somebody.pk}
        for table, changed in said.items():
            cursor.execute(COLUMNS, [table])
            names = [one for (one,) in cursor.fetchall()]
            values = ", ".join(changed.get(one, f"t.{one}") for one in names)
            cursor.execute(
                f"insert into {table} ({', '.join(names)})"
                f" select {values} from {table} t, generate_series(1, {people}) n where t.id = %s",
                [rows[table]],
            )
        if asked:
            cursor.execute(
                "insert into newsletters_newslettersubscription"
                " (community_id, membership_id, email, language, time_zone, state, asked_at, confirmed_at)"
                " select community_id, id, '', '', '', 'confirmed', now(), now() from communities_membership"
                " where community_id = %s and handle like %s",
                [community.pk, f"{name}-%"],
            )


def written(community: Community) -> int:
    with community_scope(community):
        return int(NewsletterCopy.objects.filter(written_at__isnull=False).count())


LOCKS = """
select l.virtualtransaction from pg_locks l join pg_class c on c.oid = l.relation
where c.relname = 'newsletters_newslettercopy' and l.mode = 'RowExclusiveLock'
"""


def in_the_middle() -> bool:
    """Whether somebody is changing copies, in a transaction that has lasted for a while."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(LOCKS)
        began = set(cursor.fetchall())
        if not began:
            return False
        time.sleep(0.25)
        cursor.execute(LOCKS)
        return bool(began & set(cursor.fetchall()))


def measure(
    community: Community, workers: list[Worker]
) -> dict[str, list[tuple[float, float, float, float]]]:
    """Pages with both at work and both stopped, in turns: for each its processor time here and there, and seconds."""
    application = make_application()
    pages = {
        "home, visitor": Target("home", f"/c/{community.slug}/", f"csrftoken={'x' * 32}"),
        "home, member": Target(
            "member", f"/c/{community.slug}/", session_of(f"{community.slug}-3@example.org")
        ),
        "thread, member": Target(
            "thread",
            f"/c/{community.slug}/forums/t/hot-thread/",
            session_of(f"{community.slug}-3@example.org"),
        ),
    }
    found: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in pages}
    for target in pages.values():
        call(application, target)
    for _round in range(ROUNDS):
        for name, target in pages.items():
            halves = []
            for is_stopped in (True, False):
                for worker in workers:
                    worker.pause(on=is_stopped)
                time.sleep(0.2)
                halves.append(_one_half(application, target))
            found[name].append((*halves[0], *halves[1]))
        for worker in workers:
            worker.pause(on=False)
            worker.keep()
    return found


def _one_half(application: Any, target: Target) -> tuple[float, float]:
    """Processor time and seconds of a page, medians."""
    spent, taken = [], []
    for _call in range(CALLS):
        began = time.monotonic()
        spent.append(sum(shares(lambda: call(application, target))))
        taken.append(time.monotonic() - began)
    return statistics.median(spent), statistics.median(taken)


def run(community: Community, recipients: int, kills: int, *, is_handed_over: bool) -> bool:
    alone()
    with sink() as port:
        writer = Worker("write", str(community.pk), port=port)
        mailer = Worker("hand_over", port=port) if is_handed_over else None
        workers = [writer, mailer] if mailer is not None else [writer]
        points = [recipients * (n + 1) // (kills + 2) for n in range(kills)]
        pages: dict[str, Any] = {}
        begun = time.monotonic()
        try:
            while time.monotonic() < begun + PATIENCE:
                for worker in workers:
                    worker.keep()
                n = written(community)
                if writer.killed < len(points) and n >= points[writer.killed] and in_the_middle():
                    writer.kill()
                    after = written(community)
                    print(
                        f"the writing process was killed at {n:,} written mails; {after:,} stay", flush=True
                    )
                if mailer is None:
                    empty_outbox(community)
                elif mailer.killed < max(1, kills - 1) and n >= points[mailer.killed] + MORE:
                    mailer.kill()
                    print(f"the handing process was killed at {n:,} written mails", flush=True)
                if not pages and n >= recipients * 6 // 10:
                    pages = measure(community, workers)
                if writer.process.poll() == 0 and not _left(community):
                    break
                time.sleep(0.01 if writer.killed < len(points) else 0.3)
        finally:
            for worker in workers:
                worker.end()
    _print_costs([line for worker in workers for line in worker.lines()], recipients)
    _print_pages(pages)
    is_whole = recount(community, recipients, is_handed_over=is_handed_over)
    return is_whole and all(worker.killed for worker in workers)


def empty_outbox(community: Community) -> None:
    """As the mailer leaves its rows."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update members_outgoingmail set state = 'sent', finished_at = now(), subject = '', text = '',"
            " html = '', headers = '{}' where community_id = %s and state = 'waiting'",
            [community.pk],
        )


def _left(community: Community) -> bool:
    with community_scope(community):
        mails = OutgoingMail.objects.of(community.pk)
        return bool(mails.filter(state__in=[State.WAITING, State.SENDING]).exists())


def recount(community: Community, recipients: int, *, is_handed_over: bool) -> bool:
    """By the rows, and by what the server took; whether each got it exactly once, or is said to be uncertain."""
    with community_scope(community):
        letter = Newsletter.objects.get()
        copies = NewsletterCopy.objects.of(letter)
        rows = copies.count()
        unwritten = copies.unwritten().count()
        people = copies.values("subscription__membership__member__email").distinct().count()
        outside = copies.exclude(
            subscription__membership__role="member", subscription__membership__post_count=0
        ).count()
        mails = OutgoingMail.objects.of(community.pk).filter(kind="newsletter")
        by_state = Counter(mails.values_list("state", flat=True))
        doubled = mails.count() - mails.values("recipient").distinct().count()
        unsure = set(mails.filter(state=State.UNCERTAIN).values_list("recipient", flat=True))
    print(
        f"copies {rows:,} of {people:,} people, unwritten {unwritten}, outside the segment {outside};"
        f" mails {dict(by_state)}, recipients with two {doubled}"
    )
    whole = rows == people == recipients and not unwritten and not outside and not doubled and letter.is_sent
    if not is_handed_over:
        return whole and by_state == {State.SENT: recipients}
    return whole and _each_has_it(community, recipients, unsure)


def _each_has_it(community: Community, recipients: int, unsure: set[str]) -> bool:
    """By what the server took: once each, or said to be uncertain."""
    addresses = [line.split()[0] for line in TAKEN.read_text().splitlines()]
    # What an earlier run has left in the outbox is no business of this one.
    taken = Counter(one for one in addresses if one.endswith(f"-{community.slug}@example.org"))
    twice = sum(n > 1 for n in taken.values())
    missing = recipients - len(taken)
    print(
        f"the server took {sum(taken.values()):,} mails for {len(taken):,} people, twice {twice},"
        f" missing {missing}, said to be uncertain {len(unsure)}"
    )
    return not twice and missing == len(unsure - taken.keys())


def _print_costs(lines: list[dict[str, Any]], recipients: int) -> None:
    print(
        f"{'':8}{'steps':>7}{'mails':>10}{'worker s':>10}{'database s':>12}{'s per 1,000':>13}{'first':>8}{'last':>8}"
    )
    for what in ("lay", "write", "send"):
        steps = [line for line in lines if line["what"] == what and (line["n"] or what == "lay")]
        n = recipients if what == "lay" else sum(line["n"] for line in steps)
        here, there = (sum(line[side] for line in steps) for side in ("here", "there"))
        tenth = max(len(steps) // 10, 1)
        first, last = (_each(part, what) for part in (steps[:tenth], steps[-tenth:]))
        print(
            f"{what:8}{len(steps):7}{n:10,}{here:10.1f}{there:12.1f}{1000 * (here + there) / max(n, 1):13.2f}"
            f"{first:8.2f}{last:8.2f}"
        )


def _each(steps: list[dict[str, Any]], what: str) -> float:
    """Seconds for a thousand people."""
    n = len(steps) * sending.LAID_AT_ONCE if what == "lay" else sum(line["n"] for line in steps)
    return float(1000 * sum(line["here"] + line["there"] for line in steps) / max(n, 1))


def _print_pages(pages: dict[str, list[tuple[float, float, float, float]]]) -> None:
    print(f"{'page':16}{'idle ms':>9}{'× cpu while it is sent':>24}{'× seconds':>11}")
    for name, rounds in pages.items():
        idle = statistics.median(one[0] for one in rounds)
        cpu = statistics.median(one[2] / one[0] for one in rounds)
        seconds = statistics.median(one[3] / one[1] for one in rounds)
        print(f"{name:16}{1000 * idle:9.1f}{cpu:24.2f}{seconds:11.2f}")


def main(recipients: int, kills: int, *, is_handed_over: bool) -> int:
    with running_servers(), no_queue():
        prepare()
        community, _letter = make_place(recipients)
        print(f"{recipients:,} recipients", flush=True)
        return 0 if run(community, recipients, kills, is_handed_over=is_handed_over) else 1


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    sys.exit(
        main(
            asked[0] if asked else RECIPIENTS,
            1 if "quick" in sys.argv else 3,
            is_handed_over="outbox" not in sys.argv,
        )
    )
