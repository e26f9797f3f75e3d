"""A community from its export: checked, then written in one transaction, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.archive.coming.accounts import Accounts, bring_accounts
from communities.archive.coming.checking import Archive, no_room, opened
from communities.archive.coming.media import Media
from communities.archive.coming.numbers import NewNumbers
from communities.archive.coming.rows import Incoming, bring_rows, damaged, lines_of
from communities.archive.declared import IMPORTED
from communities.archive.exceptions import ArchiveRefused, StandsHere
from communities.archive.form import ACCOUNTS, COMMUNITY
from communities.archive.going.numbering import portable_tables
from communities.content.queries import recount_community
from communities.files import forget
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.portable import Portable, tables
from communities.scoping import community_scope
from communities.stored import is_full

ARRIVED = "community_arrived"
# Numbers that are given once in an installation; who has them decides whether the original stands here.
ONCE = ("post_public_id_once", "content_attachment_pkey")
EVENTS = "capture.event"

Say = Callable[[str, int, int], object]


@dataclass
class Arrival:
    """What came: rows by table, files, accounts."""

    community: Community | None = None
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    accounts: Accounts = field(default_factory=Accounts)
    # Pictures and posts have other addresses, since the original has them in this installation.
    renumbered: bool = False


def import_archive(
    path: Path, *, slug: str = "", rehearse: bool = False, say: Say = lambda part, done, total: None
) -> Arrival:
    """Bring an export in as a new community, under its own short name or another one; a rehearsal does the same and
    takes all of it back. No domain is taken over. Raises ArchiveRefused with a sentence; then nothing was changed.
    """
    with opened(path) as archive:
        try:
            return _Bringing(archive, slug, rehearse, say, salt="").bring()
        except StandsHere:
            # Once more, with numbers of its own.
            return _Bringing(
                archive, slug, rehearse, say, salt=f"{slug} {timezone.now().isoformat()}"
            ).bring()


class _Bringing:
    def __init__(self, archive: Archive, slug: str, rehearse: bool, say: Say, *, salt: str) -> None:
        self.archive = archive
        self.slug = slug or str(archive.community["slug"])
        self.rehearse = rehearse
        self.say = say
        self.numbers = NewNumbers(archive.tables, salt)
        self.arrival = Arrival(renumbered=bool(salt))
        self.written: list[str] = []

    def bring(self) -> Arrival:
        try:
            with transaction.atomic():
                self._bring()
                if self.rehearse:
                    transaction.set_rollback(True)
        except BaseException as error:
            forget(*self.written)
            if isinstance(error, DatabaseError):
                raise self._refusal(error) from error
            # Halves of characters, and lists in lists without end: JSON, and nothing that an export wrote.
            if isinstance(error, UnicodeEncodeError | RecursionError):
                raise damaged(self._at_work()) from error
            if isinstance(error, OSError) and is_full(error):
                raise no_room() from error
            raise
        forget_all()
        return self.arrival

    def _bring(self) -> None:
        community = self._community()
        self.arrival.community = community
        media = Media(community.pk, beside=self.numbers.renames)
        with community_scope(community):
            self.numbers.take()
            self._bring_tables(media)
            self._settle(community, media)
        if not self.rehearse:
            self._store(media)

    def _community(self) -> Community:
        """A row under the short name; what else it says comes last, once its stages and threads are there."""
        said = self.archive.community
        community = Community(slug=self.slug, name=str(said["name"])[:80], language=str(said["language"]))
        try:
            community.clean_fields()
        except ValidationError as error:
            raise damaged(COMMUNITY) from error
        try:
            with transaction.atomic():
                community.save()
        except IntegrityError as error:
            raise ArchiveRefused(
                _("“%(slug)s” is the short name of another community here. Choose another one.")
                % {"slug": self.slug}
            ) from error
        return community

    def _bring_tables(self, media: Media) -> None:
        wanted = [
            one for one in portable_tables() if one.name in self.archive.tables and one.name != COMMUNITY
        ]
        for done, table in enumerate(wanted):
            self.say(table.name, done, len(wanted))
            if table.name == EVENTS:
                self._make_months()
            incoming = Incoming(table, self.numbers, media.place)
            self.arrival.rows[table.name] = bring_rows(
                self.archive, self.archive.tables[table.name], incoming
            )
            if table.model is Membership:
                self.arrival.accounts = bring_accounts(self.archive, self.numbers)
                self.arrival.rows[ACCOUNTS] = self.archive.tables[ACCOUNTS].rows

    def _make_months(self) -> None:
        """Events lie in a partition for each month, which must be there."""
        months = {
            str(line.get("occurred_at"))[:7] for line in lines_of(self.archive, self.archive.tables[EVENTS])
        }
        with connection.cursor() as cursor:
            for month in sorted(months):
                cursor.execute("select make_event_month((%s || '-01')::timestamptz)", [month])

    def _settle(self, community: Community, media: Media) -> None:
        """The community’s own row, its counters, and a line in its journal."""
        table = tables[COMMUNITY]
        assert isinstance(table, Portable)
        (line,) = list(lines_of(self.archive, self.archive.tables[COMMUNITY])) or [{}]
        row = Incoming(table, self.numbers, media.place).row(line)
        came = {
            "at": timezone.now().isoformat(),
            "from": str(self.archive.community.get("address", ""))[:200],
        }
        row |= {"slug": self.slug, "settings": (row.get("settings") or {}) | {IMPORTED: came}}
        columns = [name for name in row if name != "id"]
        quoted = ", ".join(map(connection.ops.quote_name, columns))
        with connection.cursor() as cursor:
            # Names are those of our own model; values are one parameter.
            cursor.execute(
                f"update communities_community set ({quoted}) ="  # noqa: S608
                f" (select {quoted} from jsonb_populate_record(null::communities_community, %s::jsonb)) where id = %s",
                [json.dumps(row, ensure_ascii=False), community.pk],
            )
        community.refresh_from_db()
        recount_community(community.pk)
        _count_unread()
        record(None, ARRIVED, what=came["from"])

    def _store(self, media: Media) -> None:
        for path in media.store(self.archive):
            self.written.append(path)
            self.arrival.files += 1

    def _refusal(self, error: DatabaseError) -> Exception:
        """What the database refused, in words."""
        if isinstance(error, IntegrityError) and any(name in str(error) for name in ONCE):
            return damaged("content.post") if self.numbers.renames else StandsHere()
        return damaged(self._at_work())

    def _at_work(self) -> str:
        """The table that was being written: the one after those that are done."""
        names = [
            one.name for one in portable_tables() if one.name in self.archive.tables and one.name != COMMUNITY
        ]
        done = len([name for name in names if name in self.arrival.rows])
        return names[done] if done < len(names) else COMMUNITY


def _count_unread() -> None:
    """The number at the bell is that of the lines that came along."""
    lines = Notification.objects.unread().filter(membership=OuterRef("pk")).order_by().values("membership")
    unread = lines.annotate(n=Count("pk")).values("n")
    Membership.objects.update(unread_count=Coalesce(Subquery(unread), 0))
