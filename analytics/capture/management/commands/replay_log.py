"""`manage.py replay_log access.log.gz --community slug`"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.capture.consent import Mode, mode_of
from analytics.capture.models import Dimension
from analytics.capture.queries import audience, audience_by, filtered_views
from analytics.capture.replaying import Report, replay_log
from communities.models import Community
from communities.scoping import community_scope


class Command(BaseCommand):
    help = "Count the visits in another server’s access log (combined format) as if they had been made here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the log, plain or .gz")
        parser.add_argument("--community", required=True, metavar="SLUG", help="where the visits are counted")
        parser.add_argument(
            "--host",
            action="append",
            default=[],
            metavar="NAME",
            help="a name that the logged server had, so that coming from it is no referral; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"There is no community “{options['community']}”.")
        if mode_of(community) != Mode.EXEMPT:
            raise CommandError(
                "Visits in a log agreed to nothing; this community measures with consent or not at all."
            )
        try:
            report = replay_log(
                community, options["file"], own_hosts=frozenset(name.lower() for name in options["host"])
            )
        except (OSError, EOFError) as problem:
            raise CommandError(f"The log cannot be read: {problem}") from problem
        self._tell(report)
        if report.first_day and report.last_day:
            with community_scope(community):
                self._tell_figures((report.first_day, report.last_day))

    def _tell(self, report: Report) -> None:
        self.stdout.write(
            f"{report.lines:,} lines: {report.page_views:,} page views, {report.acts:,} other acts,"
            f" {report.not_pages:,} files, redirects and errors, {report.unreadable:,} unreadable"
        )
        if report.earlier:
            self.stdout.write(f"{report.earlier:,} had been counted by an earlier run and were left alone")

    def _tell_figures(self, days: tuple[datetime.date, datetime.date]) -> None:
        self.stdout.write(f"In the days of this log, {days[0]} to {days[1]}:")
        filtered = filtered_views(*days)
        asked = filtered.counted + filtered.total
        self.stdout.write(f"Filtered: {filtered.total:,} of {asked:,} page views ({filtered.share or 0:.1%})")
        for reason, views in filtered.by_reason.items():
            self.stdout.write(f"  {reason.label}: {views:,} ({filtered.share_of(reason) or 0:.1%})")
        figures = audience(*days)
        self.stdout.write(
            f"Counted: {figures.visits:,} visits, {figures.page_views:,} page views,"
            f" {figures.visitors_daily:,} visitors (daily)"
        )
        if figures.bounce_rate is not None:
            self.stdout.write(
                f"  {figures.bounce_rate:.1%} left after one page; {figures.mean_seconds or 0:.0f} s a visit"
            )
        for dimension in (Dimension.CHANNEL, Dimension.SOURCE):
            self.stdout.write(f"{dimension.label}:")
            for row in audience_by(dimension, *days, most=12):
                visits = row.figures.visits
                share = visits / figures.visits if figures.visits else 0
                self.stdout.write(f"  {row.label or '–'}: {visits:,} visits ({share:.1%})")
