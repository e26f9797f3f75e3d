"""Dates of a series: which there are, when they are made, what changes with which; by the hour that clocks show."""

from __future__ import annotations

import datetime
import re
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from communities.content.models import Mention, Post, Space, State, Thread
from communities.content.services import follow_space
from communities.events import services
from communities.events.exceptions import DatesAfterEnd, NotThatDay
from communities.events.models import Event, Registration
from communities.events.repeating import Change, cancel_dates, change_dates, moved
from communities.events.series import AHEAD, Series, Wish, rule_of, slots
from communities.events.services import Facts, Written, stored_facts, write_event
from communities.events.tasks import announce_dates
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.services import tell_news, tell_of_names
from tests.communities.events.making import come, fresh, make_calendar, make_event
from tests.communities.events.test_telling import told
from tests.communities.transfer.real_data import DATA
from tests.conftest import Cast

RULES = DATA / "ical" / "libical" / "icalrecur_test.txt"
PARIS = ZoneInfo("Europe/Paris")
WEEK = datetime.timedelta(days=7)


def blocks(file: Path) -> list[dict[str, str]]:
    """RRULE, DTSTART and INSTANCES of each case; one has an error instead of instances."""
    found: list[dict[str, str]] = [{}]
    for line in file.read_text().splitlines():
        name, colon, value = line.partition(":")
        if not line.strip() and found[-1]:
            found.append({})
        elif colon and name.isupper() and not line.startswith("#"):
            found[-1][name] = value
    return [one for one in found if "RRULE" in one]


# Parts of rules that this product does not write, and that its library reads otherwise than that one.
OTHERWISE = re.compile("BYWEEKNO|BYSETPOS|BYMINUTE|FREQ=YEARLY;BYMONTHDAY=[^;]*;COUNT")


@pytest.mark.skipif(
    not RULES.exists(), reason="rules with their instances not found: put the shared data beside"
)
def test_rules_of_another_library_give_its_dates() -> None:
    cases = blocks(RULES)
    wrong = [case["RRULE"] for case in cases if instances(case) != expected(case)]
    assert len(cases) == 146
    assert [rule for rule in wrong if not OTHERWISE.search(rule)] == []
    assert len(wrong) == 22


def expected(case: dict[str, str]) -> list[str]:
    found = case["INSTANCES"].split(",")
    return [one.removesuffix("Z") if "T" in one else f"{one}T000000" for one in found]


def instances(case: dict[str, str]) -> list[str]:
    """As many as there should be, and one more where the rule says its end."""
    starts = datetime.datetime.fromisoformat(case["DTSTART"].removesuffix("Z"))
    # Local time throughout, as a series has it.
    rule = re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", case["RRULE"]).removesuffix(";")
    ends = "COUNT" in rule or "UNTIL" in rule
    found = islice(slots(rule, starts.replace(tzinfo=PARIS)), len(expected(case)) + ends)
    return [f"{one:%Y%m%dT%H%M%S}" for one in found]


@pytest.mark.parametrize(
    ("every", "starts", "third"),
    [
        ("week", (2026, 10, 15, 18), (2026, 10, 29, 18)),
        ("fortnight", (2026, 10, 15, 18), (2026, 11, 12, 18)),
        ("month_day", (2026, 1, 31, 18), (2026, 5, 31, 18)),
        ("month_weekday", (2026, 9, 8, 18), (2026, 11, 10, 18)),
        ("month_weekday", (2026, 9, 29, 18), (2026, 11, 24, 18)),
        ("year", (2024, 2, 29, 18), (2032, 2, 29, 18)),
    ],
)
def test_the_hour_stays_while_clocks_change(every: str, starts: Any, third: Any) -> None:
    first = datetime.datetime(*starts, tzinfo=PARIS)
    found = slots(rule_of(every, first), first)
    assert next(found) == first
    next(found)
    assert next(found) == datetime.datetime(*third, tzinfo=PARIS)


def test_the_hours_that_clocks_skip_and_repeat() -> None:
    for starts in ((2027, 3, 21, 2, 30), (2026, 10, 18, 2, 30)):
        first = datetime.datetime(*starts, tzinfo=PARIS)
        series = Series(every="week", starts_at=first, zone="Europe/Paris")
        _first, second = islice(series.slots(), 2)
        assert second in {second.astimezone(datetime.UTC)}, "as it is stored"
        until = first + datetime.timedelta(minutes=45)
        made = moved(Facts(starts_at=first, ends_at=until, zone="Europe/Paris"), second, series)
        assert made.ends_at > made.starts_at


def next_thursday(hour: int = 18) -> datetime.datetime:
    """In Paris, at least three days from now."""
    day = timezone.now().astimezone(PARIS) + datetime.timedelta(days=3)
    day += datetime.timedelta(days=(3 - day.weekday()) % 7)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def weekly(here: Cast, calendar: Space, **said: Any) -> Event:
    """Each Thursday at six, from the next on, with the dates that are due."""
    draft = said.pop("draft", False)
    until = said.pop("until", None)
    starts = next_thursday()
    facts = Facts(
        **{
            "starts_at": starts,
            "ends_at": starts + datetime.timedelta(hours=2),
            "zone": "Europe/Paris",
            "place": "The loft",
            "capacity": 2,
            **said,
        }
    )
    with here.scope():
        thread = write_event(
            calendar,
            by=here.moderator,
            community=here.community,
            text=Written("Open workshop", "<p>Bring a metre of rope.</p>"),
            facts=facts,
            draft=draft,
            repeats=Wish("week", until),
        )
    announce_dates()
    with here.scope():
        return fresh(thread)


def dates() -> list[Event]:
    rows = Event.objects.select_related("thread__space", "thread__community", "series")
    return list(rows.order_by("starts_at", "pk"))


def by_paris(event: Event) -> datetime.datetime:
    return event.starts_at.astimezone(PARIS)


def change(event: Event, *, everything: bool = False, by: Membership, **said: Any) -> None:
    facts = Facts(**{**stored_facts(event), **said.pop("facts", {})})
    made = Change(said.get("title", event.thread.title), None, facts, said.get("until"))
    change_dates(event.thread, by=by, change=made, everything=everything)


def test_dates_are_announced_eight_weeks_ahead_and_told_once(here: Cast, calendar: Space) -> None:
    with here.scope():
        follow_space(calendar, by=here.ambassador)
    first = weekly(here, calendar, registers_until=next_thursday() - datetime.timedelta(hours=3))
    with here.scope():
        made = dates()
        within = [first.starts_at.astimezone(PARIS) + n * WEEK for n in range(9)]
        wanted = [one for n, one in enumerate(within) if n == 0 or one <= timezone.now() + AHEAD]
        assert [by_paris(one) for one in made] == wanted
        for one in made:
            assert (by_paris(one).hour, one.ends.hour) == (18, 20)
            assert one.registers_before.astimezone(PARIS).hour == 15
            assert one.thread.opening().body_html == first.thread.opening().body_html
        second = made[1].thread.opening()
        Mention.objects.create(post=second, membership=here.ambassador)
        for post in Post.objects.filter(thread__in=[one.pk for one in made]):
            tell_news(post.pk)
        tell_of_names(second)
        assert Notification.objects.filter(membership=here.ambassador).count() == 1, (
            "of the series, not of each"
        )
    assert announce_dates() == 0, "nothing is due again"
    with here.scope():
        Series.objects.update(due_at=timezone.now(), next_at=made[-1].slot + WEEK)
        Thread.objects.filter(pk=made[-1].pk).update(title="The last one")
    announce_dates()
    with here.scope():
        assert len(dates()) == len(made), "a date is made when it is due, and not before"
        come(made[0], here.member)
        come(made[1], here.member, here.ambassador)
        assert [Registration.objects.of(one).count() for one in made[:3]] == [1, 2, 0]
    page = here.sign_in(here.member).get(here.url(f"/events/e/{made[0].thread.slug}/")).content.decode()
    assert made[1].thread.get_absolute_url() in page
    assert "Every week" in page
    forget_all()
    home = here.sign_in(here.member).get(here.url("/")).content.decode()
    assert home[home.index('id="h-events"') :].partition("</section>")[0].count("Open workshop") == 1


def test_what_stops_a_series(here: Cast, calendar: Space) -> None:
    last = next_thursday() + WEEK
    weekly(here, calendar, until=last)
    with here.scope():
        assert [by_paris(one) for one in dates()] == [last - WEEK, last]
        series = Series.objects.get()
        assert (series.next_at, series.due_at) == (None, None)
        Series.objects.update(until=None, next_at=last + WEEK, due_at=timezone.now())
        moderator = Membership.objects.filter(pk=here.moderator.pk)
        moderator.update(read_only_until=timezone.now() + WEEK)
    announce_dates()
    with here.scope():
        assert len(dates()) == 2
        assert Series.objects.get().due_at > timezone.now(), "it waits, and asks nobody each minute"
        moderator.update(read_only_until=None, status="left")
        Series.objects.update(due_at=timezone.now())
    announce_dates()
    with here.scope():
        assert (len(dates()), Series.objects.get().due_at) == (2, None)


def test_a_draft_repeats_once_it_is_out(here: Cast, calendar: Space) -> None:
    first = weekly(here, calendar, draft=True)
    with here.scope():
        assert len(dates()) == 1
        services.publish_event(first.thread, by=here.moderator)
    announce_dates()
    with here.scope():
        assert len(dates()) > 5


def test_this_one_differs_and_is_left_alone(here: Cast, calendar: Space) -> None:
    weekly(here, calendar)
    with here.scope():
        _first, second, third, *_rest = dates()
        come(third, here.member)
        friday = {
            "starts_at": second.starts_at + datetime.timedelta(days=1),
            "ends_at": second.ends_at + datetime.timedelta(days=1),
        }
        facts = Facts(**{**stored_facts(second), **friday, "place": "The harbour"})
        services.change_event(
            second.thread, by=here.moderator, title="At the harbour", tags=None, facts=facts
        )
        slots_then = [one.slot for one in dates()]
        change(fresh(third), by=here.moderator, everything=True, facts={"capacity": 5}, title="Workshop")
        after = dates()
        assert [one.thread.title for one in after[:3]] == ["Workshop", "At the harbour", "Workshop"]
        assert [one.capacity for one in after[:3]] == [5, 2, 5]
        assert [one.slot for one in after] == slots_then
        assert Series.objects.count() == 1
    assert told(here) == [("event_registered", here.member.pk)], "how many places there are is no news"


def test_this_one_and_all_that_follow(here: Cast, calendar: Space) -> None:
    first = weekly(here, calendar)
    with here.scope():
        made = dates()
        come(made[3], here.member)
        Registration.objects.update(news="")
        third = fresh(made[2])
        body = Post.objects.get(thread=third.pk)
        Post.objects.filter(pk=body.pk).update(body_html="<p>Bring two metres.</p>", body_source="")
        tuesday = by_paris(third) - datetime.timedelta(days=2)
        tuesday = tuesday.replace(hour=19)
        facts = {"starts_at": tuesday, "ends_at": tuesday + datetime.timedelta(hours=3)}
        with pytest.raises(NotThatDay):
            change(third, by=here.moderator, everything=True, facts=facts)
        with pytest.raises(DatesAfterEnd):
            change(third, by=here.moderator, until=third.starts_at + WEEK)
        with pytest.raises(NotAllowed):
            change(third, by=here.ambassador, facts=facts)
        change(third, by=here.moderator, facts=facts)
        after = {one.pk: one for one in dates()}
        assert [after[one.pk].starts_at for one in made[:2]] == [one.starts_at for one in made[:2]]
        for number, one in enumerate(made[2:]):
            now = after[one.pk]
            assert by_paris(now) == tuesday + number * WEEK
            assert now.slot == now.starts_at
            assert now.ends.hour == 22
            assert now.thread.opening().body_html == "<p>Bring two metres.</p>"
        former, latter = Series.objects.order_by("pk")
        assert (former.until, former.next_at) == (made[1].slot, None)
        assert latter.rule == "FREQ=WEEKLY;BYDAY=TU"
        assert latter.next_at == tuesday + len(made[2:]) * WEEK
        assert after[first.pk].series_id == former.pk
    assert told(here) == [("event_changed", here.member.pk)]


def test_all_move_on_by_one_week(here: Cast, calendar: Space) -> None:
    """Each then stands for a moment that was another’s: the key is asked at the end."""
    first = weekly(here, calendar)
    with here.scope():
        was = dates()
        later = {"starts_at": first.starts_at + WEEK, "ends_at": first.ends_at + WEEK}
        change(first, by=here.moderator, facts=later)
        assert [by_paris(one) for one in dates()] == [by_paris(one) + WEEK for one in was]


def test_no_date_after_the_end_and_none_comes_back(here: Cast, calendar: Space) -> None:
    last = next_thursday() + 3 * WEEK
    weekly(here, calendar, until=last)
    with here.scope():
        first, second, third, fourth = was = dates()
        later = {"starts_at": first.starts_at + WEEK, "ends_at": first.ends_at + WEEK}
        with pytest.raises(DatesAfterEnd):
            change(first, by=here.moderator, until=last, facts=later)
        assert [by_paris(one) for one in dates()] == [by_paris(one) for one in was]
        services.cancel_event(fourth.thread, by=here.moderator)
        Thread.objects.filter(pk=third.pk).update(state=State.REMOVED)
        change(first, by=here.moderator, until=last, facts=later)
        after = {one.pk: one for one in dates()}
        assert [by_paris(after[one.pk]) for one in (first, second)] == [by_paris(second), by_paris(third)]
        assert (after[fourth.pk].series, after[fourth.pk].starts_at) == (None, fourth.starts_at)
        assert (after[third.pk].slot, after[third.pk].differs) == (last, True)
        change(after[second.pk], by=here.moderator)
        open_ended = fresh(second).series
        assert open_ended is not None
        assert open_ended.next_at == last + WEEK, "what was removed is not announced again"


def test_cancelling_one_and_all_that_follow(here: Cast, calendar: Space) -> None:
    weekly(here, calendar)
    with here.scope():
        made = dates()
        come(made[1], here.member)
        come(made[3], here.member)
        Registration.objects.update(news="")
        services.cancel_event(made[1].thread, by=here.moderator, reason="Ice")
    assert told(here) == [("event_cancelled", here.member.pk)]
    at = here.url(f"/events/e/{made[2].thread.slug}/")
    client = here.sign_in(here.moderator)
    assert "This date and all that follow" in client.get(f"{at}cancel/").content.decode()
    client.post(f"{at}cancel/", {"scope": "following", "reason": "Moving"})
    with here.scope():
        cancelled = [one.is_cancelled for one in dates()]
        assert cancelled == [False] + [True] * (len(made) - 1)
        assert Series.objects.get().due_at is None
        with pytest.raises(NotAllowed):
            cancel_dates(make_event(here, calendar).thread, by=here.moderator)
    assert told(here) == [("event_cancelled", here.member.pk)]


def test_a_series_is_begun_and_changed_on_pages(here: Cast, calendar: Space) -> None:
    client, at = here.sign_in(here.member), here.url("/events/in/gatherings/new/")
    new = {
        "title": "Open workshop", "starts_at": "10/01/2030 18:00", "ends_at": "10/01/2030 20:00",
        "zone": "Europe/Paris", "place": "The loft", "body": "<p>Rope.</p>", "body_format": "html",
        "repeats": "week", "repeats_until": "09/01/2030",
    }  # fmt: skip
    assert "It must not be before the first date." in client.post(at, new).content.decode()
    once = client.post(at, new | {"repeats": "", "repeats_until": "24/01/2030"}).content.decode()
    assert "Say how it repeats, or leave this empty." in once
    client.post(at, new | {"repeats_until": "24/01/2030"})
    announce_dates()
    with here.scope():
        (event,) = dates()
        assert event.series is not None
        assert [one.day for one in event.series.slots()] == [10, 17, 24]
    edit = here.url(f"/events/e/{event.thread.slug}/edit/")
    page = client.get(edit).content.decode()
    assert "All future dates" in page
    assert 'value="24/01/2030"' in page
    form = {name: new[name] for name in ("title", "starts_at", "ends_at", "zone", "place")}
    wrong = client.post(
        edit, form | {"scope": "all", "starts_at": "11/01/2030 18:00", "ends_at": "11/01/2030 20:00"}
    )
    assert "All dates keep their day." in wrong.content.decode()
    client.post(edit, form | {"scope": "all", "place": "The harbour", "repeats_until": ""})
    with here.scope():
        (event,) = dates()
        assert (event.place, event.differs, event.series.until) == ("The harbour", False, None)
        assert Thread.objects.get(pk=event.pk).state == State.PUBLISHED
