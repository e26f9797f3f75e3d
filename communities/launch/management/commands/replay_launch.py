"""`manage.py replay_launch halyard`: when would the stages of a plan have opened in the last 90 days?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.replaying import Course, Day, Replay, history, read_days, replay
from communities.models import Community, Membership
from communities.scoping import community_scope

MOST_DAYS = 730


class Command(BaseCommand):
    help = (
        "Replay days of arrivals and activity against a launch plan. Nothing of it stays, and no mail leaves. "
        "It holds the lock of the plan while it runs: until it has ended nobody can change the plan, nothing of it "
        "opens and nobody joins. Run it when the place is quiet, and with fewer days where it is large."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="its short name, as in /c/halyard/")
        parser.add_argument("--days", type=int, default=90, help="how many of the last days (90)")
        parser.add_argument(
            "--file",
            help="a table instead: a column for each gauge, a line for each day; a gauge without a column reads 0",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"--days takes 1 to {MOST_DAYS}.")
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"No community is called {options['community']!r}.")
        with community_scope(community):
            if not Stage.objects.exists():
                raise CommandError("It has no launch plan. Write one under Launch, then replay it.")
            found = replay(community, self._days(community, options), by=self._planner())
        self._tell(found)
        if found.flapped or not found.is_clean:
            raise CommandError("The plan does not hold: see above.")

    def _planner(self) -> Membership:
        """Whoever opens what opens by hand: somebody of the community who may."""
        people = Membership.objects.active().order_by("pk")
        by = next((person for person in people.in_role("owner") if can_edit_plan(person)), None)
        if by is None:
            raise CommandError("It has no owner: nobody could open a stage.")
        return by

    def _days(self, community: Community, options: dict[str, Any]) -> list[Day]:
        if not options["file"]:
            return history(community, days=options["days"])
        try:
            with open(options["file"], encoding="utf-8-sig", newline="") as lines:
                days = read_days(lines)
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        if not days:
            raise CommandError(f"{options['file']} has no line with figures.")
        return days

    def _tell(self, found: Replay) -> None:
        self.stdout.write(f"{found.days} days")
        for course in found.courses:
            self.stdout.write(f"  {course.place}. {course.name}: {self._said(course)}")
        flapped = ", ".join(course.name for course in found.flapped)
        self.stdout.write(f"Changed after opening: {flapped or 'none'}")
        self.stdout.write(f"Rolled back: {'everything as before' if found.is_clean else 'NOT as before'}")

    def _said(self, course: Course) -> str:
        if course.opened_on is None or course.opened_at is None:
            lacks = ", ".join(course.short)
            said = f"never opened; short on the last day: {lacks}" if lacks else "never opened"
            return f"{said}; {course.why}" if course.why else said
        days = "1 day" if course.short_again == 1 else f"{course.short_again} days"
        again = f"; a gauge was short again on {days}" if course.short_again else ""
        return f"opened on day {course.opened_on} ({course.opened_at:%Y-%m-%d}){again}"
