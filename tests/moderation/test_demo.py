"""The demo's moderators find a believable queue, made by the services, once."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from communities.content.models import PendingEdit, Post, State
from communities.demo.loading import Seeded, seed_community
from communities.demo.reading import SLUGS, Brand, read_brand
from communities.models import Community
from communities.notifications.models import Notification
from communities.scoping import community_scope
from members.models import OutgoingMail
from moderation.models import AuditEvent, Case, Decision, Report, WatchWord
from moderation.services.statements import grounds_of
from tests.seeding import seeded_once

reading = functools.cache(read_brand)
PART = ("hello-from", "lifejacket", "mackerel", "why-does-30", "winter-berth")


def part(slug: str) -> Brand:
    brand = reading(slug)
    threads = [one for one in brand.threads if one["slug"].startswith(PART)]
    return dataclasses.replace(brand, articles=[], threads=threads)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any, media: Path, said: list[str]) -> Iterator[Seeded]:
    def make() -> Seeded:
        return seed_community(part("halyard"), said.append, background=0)

    with seeded_once(django_db_blocker, media, make) as made:
        yield made


@pytest.fixture
def halyard(seeded: Seeded, db: None, settings: Any, media: Path, fresh: None) -> Iterator[Community]:
    settings.MEDIA_ROOT = media
    with community_scope(seeded.community):
        yield seeded.community


def about(start: str, number: int) -> Case:
    found: Case = Case.objects.select_related("post").get(
        post__thread__slug__startswith=start, post__position=number
    )
    return found


def test_the_queue_holds_each_kind_of_work(halyard: Community) -> None:
    kinds = set(Case.objects.open().values_list("kind", flat=True))

    assert kinds == {"held", "report", "edit", "look"}
    held = Case.objects.open().get(kind="held")
    assert held.author is not None
    assert held.author.handle == "cheap-rope-4u"


def test_three_reports_have_hidden_a_dangerous_text(halyard: Community) -> None:
    case = about("lifejacket", 3)

    assert case.is_open
    assert case.hidden_by_rule_at is not None
    assert (case.report_count, case.severity) == (3, 3)
    assert case.post.state == State.HIDDEN
    reporters = set(Report.objects.filter(case=case).values_list("reporter__handle", flat=True))
    assert reporters == {"odette", "hanne", "bram"}


def test_reports_came_after_the_text_and_before_now(halyard: Community) -> None:
    assert AuditEvent.objects.filter(act="report_post").count() == Report.objects.count() == 7
    for report in Report.objects.select_related("case__post"):
        assert report.case.post.published_at < report.created_at
        assert report.created_at >= report.case.opened_at


def test_two_cases_are_decided_with_a_statement(halyard: Community) -> None:
    hidden = Decision.objects.get(act=Decision.Act.HIDE, actor__isnull=False)
    left = Decision.objects.get(act=Decision.Act.APPROVE)

    assert (hidden.actor.handle, hidden.ground) == ("dario", "3")
    assert hidden.ground_text == "Argue with the knot, not the sailor."
    assert hidden.reason.startswith("There is a good point")
    assert left.reason.startswith("Left where it is")
    assert about("why-does", 4).post.state == State.HIDDEN
    assert about("mackerel", 1).post.state == State.PUBLISHED


def test_a_change_waits_and_the_words_before_it_are_public(halyard: Community) -> None:
    edit = PendingEdit.objects.get()
    post = Post.objects.get(pk=edit.post_id)

    assert "that I had read as KE" in edit.body_html
    assert "that I had read as KE" not in post.body_html
    assert post.state == State.PUBLISHED


def test_the_words_of_the_file_are_watched(halyard: Community) -> None:
    words = {word.word: word.action for word in WatchWord.objects.all()}

    assert words == {one["word"]: one["action"] for one in reading("halyard").community["watch_words"]}


def test_people_are_told_by_the_bell_only(halyard: Community) -> None:
    kinds = set(Notification.objects.values_list("kind", flat=True))

    assert {"decision_made", "report_decided"} <= kinds
    assert not Notification.objects.filter(mail_due_at__isnull=False).exists()
    assert not OutgoingMail.objects.of(halyard.pk).exists()


def test_made_again_nothing_is_new(halyard: Community, said: list[str]) -> None:
    counts = [model.objects.count() for model in (Case, Report, Decision, WatchWord, AuditEvent)]
    assert any("10 watch words" in line for line in said)
    again: list[str] = []

    seed_community(part("halyard"), again.append, background=0)

    with community_scope(halyard):
        assert [model.objects.count() for model in (Case, Report, Decision, WatchWord, AuditEvent)] == counts
    assert not any("watch words" in line for line in again)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_files_name_grounds_replies_and_categories_that_exist(slug: str) -> None:
    brand = reading(slug)
    replies = {reply["title"] for reply in brand.community["saved_replies"]}
    rules = [{"number": rule["n"], "rule": {"en": "x"}} for rule in brand.community["rules"]]
    since = "2020-01-01T00:00:00+00:00"
    community = Community(texts={"rules": [{"number": 1, "since": since, "content": rules}]})
    grounds = {ground for ground, _text in grounds_of(community)}
    decided = [thread["decided"] for thread in brand.threads if "decided" in thread]
    reports = [report for thread in brand.threads for report in thread.get("reports", [])]

    assert len(decided) == 2
    assert {report["reason"] for report in reports} <= set(Report.Category.values)
    assert all("text" in one or one["reply"] in replies for one in decided)
    assert all(one["act"] == "approve" or str(one["ground"]) in grounds for one in decided)
