"""Logs of other servers through the real capture path."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from analytics.capture import replaying
from analytics.capture.models import Event, FilteredDay
from analytics.capture.replaying import replay_log
from tests.conftest import Cast

REAL_LOG = Path(settings.BASE_DIR).parent / "shared" / "data" / "logs" / "logparser_hackers-access.log.gz"
pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


def line(
    minute: int,
    path: str = "/a",
    *,
    who: str = "192.0.2.1",
    status: int = 200,
    referrer: str = "-",
    agent: str = FIREFOX,
    method: str = "GET",
    hour: int = 10,
) -> str:
    at = f"05/Mar/2024:{hour:02}:{minute:02}:00 +0000"
    return f'{who} - - [{at}] "{method} {path} HTTP/1.1" {status} 100 "{referrer}" "{agent}"\n'  # fmt: skip


def write(folder: Path, lines: list[str]) -> Path:
    path = folder / "access.log.gz"
    with gzip.open(path, "wt") as file:
        file.writelines(lines)
    return path


def run(here: Cast, path: Path, *more: str) -> str:
    out = io.StringIO()
    call_command("replay_log", str(path), "--community", here.community.slug, *more, stdout=out)
    return out.getvalue()


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the real log is not on this machine")
def test_a_real_log(here: Cast) -> None:
    hosts = ("howto.basjes.nl", "niels.basjes.nl", "niels.basj.es", "daniel_en_sander.basjes.nl", "basjes.nl")
    told = run(here, REAL_LOG, *(word for host in hosts for word in ("--host", host)))
    assert (
        "3,456 lines: 2,344 page views, 1,080 other acts, 32 files, redirects and errors, 0 unreadable"
        in told
    )
    assert "Filtered: 1,524 of 2,344 page views (65.0%)" in told
    assert "Forms sent faster than people can: 1,160 (49.5%)" in told
    assert "Visits that claim to come from the page they ask for: 364 (15.5%)" in told
    assert "Counted: 365 visits, 820 page views" in told
    again = run(here, REAL_LOG, *(word for host in hosts for word in ("--host", host)))
    assert "3,424 had been counted by an earlier run" in again
    assert "Counted: 365 visits, 820 page views" in again, "a repeated run adds nothing"


def test_robots_spam_and_pages_are_told_apart(here: Cast, tmp_path: Path) -> None:
    told = run(
        here,
        write(
            tmp_path,
            [
                line(0, "/a", referrer="https://www.google.com/search?q=secret"),
                line(5, "/b", referrer="https://example.com/a"),
                line(6, "/style.css"),
                line(7, "/missing", status=404),
                line(8, "/a", who="192.0.2.2", agent="Googlebot/2.1 (+http://www.google.com/bot.html)"),
                line(9, "/a", who="192.0.2.3", agent="-"),
                line(9, "/a", who="192.0.2.4", referrer="http://semalt.com/project"),
                line(9, "/a", who="192.0.2.5", referrer="https://perplexity.ai/"),
                "not a line of a log\n",
            ],
        ),
        "--host",
        "example.com",
    )
    assert "9 lines: 6 page views, 0 other acts, 2 files, redirects and errors, 1 unreadable" in told
    assert "Filtered: 3 of 6 page views (50.0%)" in told
    for reason in ("Declared robots", "No browser named", "Referrer spam"):
        assert f"{reason}: 1 (16.7%)" in told
    assert "Counted: 2 visits, 3 page views, 2 visitors (daily)" in told
    assert "Search engines: 1 visits (50.0%)" in told
    assert "AI assistants: 1 visits (50.0%)" in told


def test_thirty_minutes_are_one_visit_and_a_second_more_are_two(here: Cast, tmp_path: Path) -> None:
    late = line(30, "/c", who="192.0.2.9").replace(":30:00 ", ":30:01 ")
    lines = [line(0), line(30), line(0, who="192.0.2.9"), late]
    assert "Counted: 3 visits, 4 page views, 2 visitors (daily)" in run(here, write(tmp_path, lines))


def test_a_visit_goes_on_past_midnight(here: Cast, tmp_path: Path) -> None:
    """23:50 and 00:10 in Paris are two days, two daily visitors and one visit."""
    told = run(here, write(tmp_path, [line(50, hour=22), line(10, hour=23)]))
    assert "Counted: 1 visits, 2 page views, 2 visitors (daily)" in told
    assert "0.0% left after one page; 1200 s a visit" in told


def test_sixty_pages_in_a_minute_are_the_most(here: Cast, tmp_path: Path) -> None:
    lines = [line(0, f"/{number}") for number in range(70)]
    told = run(here, write(tmp_path, lines))
    assert "More than 60 pages in a minute: 10 (14.3%)" in told
    assert "Counted: 1 visits, 60 page views" in told


def test_a_page_reloaded_after_a_pause_is_no_fake(here: Cast, tmp_path: Path) -> None:
    """Only who was not here that day cannot come from the page itself."""
    lines = [line(0, "/a"), line(0, "/a", hour=12, referrer="https://example.com/a")]
    assert "Counted: 2 visits, 2 page views" in run(here, write(tmp_path, lines), "--host", "example.com")
    lines = [line(0, "/a", who="192.0.2.77", referrer="https://example.com/a")]
    fake = run(here, write(tmp_path, lines), "--host", "example.com")
    assert "Visits that claim to come from the page they ask for: 1" in fake


def test_a_killed_replay_is_taken_up_where_it_stopped(
    here: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        tmp_path, [line(number % 60, who=f"192.0.2.{number}", agent="curl/8") for number in range(20)]
    )
    (tmp_path / "people").mkdir()
    path_of_people = write(tmp_path / "people", [line(number) for number in range(20)])
    monkeypatch.setattr(replaying, "BATCH", 8)
    whole, calls = replaying.store_hits, []

    def dies(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args)

    monkeypatch.setattr(replaying, "store_hits", dies)
    with pytest.raises(KeyboardInterrupt):
        replay_log(here.community, path_of_people)
    with here.scope():
        assert Event.objects.count() == 8, "a batch is stored whole or not at all"
    report = replay_log(here.community, path_of_people)
    assert (report.earlier, report.page_views) == (8, 20)
    replay_log(here.community, path)
    with here.scope():
        assert Event.objects.count() == 20
        assert Event.objects.filter(entry=True).count() == 1, "the visit goes on over the interruption"
        assert FilteredDay.objects.get(reason="bot").views == 20


def test_what_cannot_be_replayed_is_said(here: Cast, tmp_path: Path) -> None:
    broken = tmp_path / "broken.log.gz"
    broken.write_bytes(b"no gzip at all")
    with pytest.raises(CommandError, match="cannot be read"):
        run(here, broken)
    with pytest.raises(CommandError, match="cannot be read"):
        run(here, tmp_path / "missing.log")
    with pytest.raises(CommandError, match="no community"):
        call_command("replay_log", str(broken), "--community", "nobody")
    here.community.settings = {"audience": "consent"}
    here.community.save()
    with pytest.raises(CommandError, match="agreed to nothing"):
        run(here, broken)
