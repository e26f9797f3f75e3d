"""Communities out of one installation and into an empty one, with time, memory and what differs.

    python -m bench.archive halyard barreau mirabelle
    python -m bench.archive halyard --grow 10

The second installation has servers and files of its own, under `var/bench/second`. `--grow` first makes the community
so many times as large, in the first one: of a demo, not of one that anybody needs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
SECOND = BASE / "var" / "bench" / "second"
# What the way itself writes into the journal.
ON_THE_WAY = ("community_arrived", "export_asked")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("communities", nargs="+")
    parser.add_argument("--grow", type=int, default=1)
    asked = parser.parse_args()
    if not SECOND.exists():
        manage(SECOND, "migrate", "--database", "owner", "--verbosity", "0")
    wrong = 0
    for slug in asked.communities:
        if asked.grow > 1:
            manage(None, "shell", "-c", f"from bench.archive import grow; grow({slug!r}, {asked.grow})")
        first = manage(None, "export_community", slug).strip().splitlines()[-1]
        manage(SECOND, "import_community", first, "--slug", slug)
        second = manage(SECOND, "export_community", slug).strip().splitlines()[-1]
        wrong += compare(Path(first), Path(second))
    sys.exit(1 if wrong else 0)


def manage(var: Path | None, *arguments: str) -> str:
    """A command of one installation, with its seconds and the most memory that it took."""
    told = {**os.environ, "DEMO": "0", "PARVIS_VAR": str(var or BASE / "var")}
    for name in ("MEDIA_ROOT", "DATABASE_URL", "REDIS_URL"):
        told.pop(name, None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(BASE / "bench" / "measured.py"), str(BASE / "manage.py"), *arguments],
        cwd=BASE, env=told, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    out, _none = process.communicate()
    seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} failed")
    lines = out.splitlines()
    peak = int(lines.pop().removeprefix("peak ")) // 1024
    print(f"{' '.join(arguments[:2]):<60} {seconds:6.1f} s {peak:5} MB", flush=True)
    return "\n".join(lines)


def compare(first: Path, second: Path) -> int:
    """Say which tables, files and states differ between an export and that of what it became; how many."""
    wrong = 0
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        names = {name for name in one.namelist() if name.startswith(("data/", "media/"))}
        for name in sorted(
            names ^ {name for name in other.namelist() if name.startswith(("data/", "media/"))}
        ):
            print(f"  only in one of them: {name}")
            wrong += 1
        rows = 0
        for name in sorted(names & set(other.namelist())):
            if name.startswith("media/"):
                same = one.getinfo(name).CRC == other.getinfo(name).CRC
            else:
                before, after = list(_lines(one, name)), list(_lines(other, name))
                rows += len(before)
                same = before == after
                if not same:
                    _show(name, before, after)
            wrong += not same
        media = sum(name.startswith("media/") for name in names)
        pages = Counter(name.split("/")[0] for name in one.namelist())["html"]
        size = first.stat().st_size / 1e6
        print(
            f"  {rows} rows, {media} pictures, {pages} pages, {size:.1f} MB; {wrong} tables or files differ"
        )
    return wrong


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    with archive.open(name) as lines:
        for line in lines:
            row = json.loads(line)
            if name != "data/journal.change.jsonl" or row["act"] not in ON_THE_WAY:
                yield row


def _show(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    print(f"  {name}: {len(before)} and {len(after)} rows")
    for one, other in zip(before, after, strict=False):
        if one != other:
            for key in one:
                if one[key] != other.get(key):
                    print(f"    {key}: {str(one[key])[:300]!r}\n     → {str(other.get(key))[:300]!r}")
            break


def grow(slug: str, times: int) -> None:
    """Copy members, threads, posts and visits of a community until it is so many times as large."""
    import uuid

    from django.db import connection

    from communities.content.models import Post, TaggedThread, Thread, ThreadTitle
    from communities.content.queries import recount_community
    from communities.models import Community, Membership
    from communities.scoping import community_scope

    community = Community.objects.get(slug=slug)
    with community_scope(community):
        people = list(Membership.objects.order_by("pk"))
        threads = list(Thread.objects.order_by("pk"))
        posts = list(Post.objects.order_by("pk"))
        titles = {one.pk: one for one in ThreadTitle.objects.all()}
        for number in range(2, times + 1):
            who = {one.pk: one for one in people}
            new_people = [
                _copy(one, handle=f"{one.handle[:36]}{number}", member=None, merged_into=None)
                for one in people
            ]
            Membership.objects.bulk_create(new_people)
            who = dict(zip((one.pk for one in people), new_people, strict=True))
            new_threads = [
                _copy(one, slug=f"{one.slug[:74]}-x{number}", author=who.get(one.author_id), last_author=None)
                for one in threads
            ]
            Thread.objects.bulk_create(new_threads)
            became = dict(zip((one.pk for one in threads), new_threads, strict=True))
            ThreadTitle.objects.bulk_create(
                ThreadTitle(thread=became[pk], language=one.language, title=one.title)
                for pk, one in titles.items()
            )
            Post.objects.bulk_create(
                _copy(
                    one,
                    thread=became[one.thread_id],
                    author=who.get(one.author_id),
                    public_id=uuid.uuid4(),
                    submission=None,
                )
                for one in posts
            )
        with connection.cursor() as cursor:
            columns = ", ".join(_columns("capture.Event", leave=("uid",)))
            cursor.execute(
                f"insert into capture_event (community_id, uid, {columns})"  # noqa: S608
                f" select community_id, gen_random_uuid(), {columns}"
                " from capture_event, generate_series(2, %s) where community_id = %s",
                [times, community.pk],
            )
        recount_community(community.pk)
        print(TaggedThread.objects.count(), Post.objects.count())


def _copy(row: Any, **changes: Any) -> Any:
    from django.db import models

    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.GeneratedField)
    }
    copy = type(row)(
        **{name: value for name, value in kept.items() if name.removesuffix("_id") not in changes}
    )
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def _columns(label: str, *, leave: tuple[str, ...]) -> list[str]:
    from django.apps import apps
    from django.db import models

    fields = apps.get_model(label)._meta.concrete_fields
    return [
        str(one.column)
        for one in fields
        if one.name not in ("community", *leave) and not isinstance(one, models.CompositePrimaryKey)
    ]


if __name__ == "__main__":
    main()
