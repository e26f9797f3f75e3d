"""People looked up and locked; jobs, mails, backups, the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone

from communities.console.operator import queries, services, watching
from communities.console.operator.backups import Manifest, TableSum, kept_backups
from communities.console.operator.exceptions import NotThisAccount, ReasonMissing
from communities.console.operator.models import FailedJob, JobState, OperatorAct
from communities.console.operator.queries import failed_jobs, periodic_jobs, undelivered_mails
from communities.console.operator.views import people
from communities.exceptions import NotAllowed
from communities.scoping import community_scope
from members.models import Member, OutgoingMail
from tests.conftest import Cast
from tests.factories import make_person

WHY = "request of an authority, ref. 4417"


def test_a_look_is_written_down_before_anything_is_shown(here: Cast, elsewhere: Cast, desk: Client) -> None:
    person = here.member.member
    with elsewhere.scope():
        elsewhere.member.member = person
        elsewhere.member.save()
    page = desk.post("/operator/people/", {"address": person.email, "reason": WHY}).content.decode()
    assert here.community.name in page
    assert elsewhere.community.name in page
    assert list(OperatorAct.objects.values_list("kind", "what", "reason")) == [
        ("searched", person.email, WHY)
    ]
    refused = desk.post("/operator/people/", {"address": person.email, "reason": ""})
    assert refused.status_code == 422
    assert here.community.name not in refused.content.decode()
    assert OperatorAct.objects.count() == 1


def test_a_look_costs_the_same_however_many_are_found(
    here: Cast, desk: Client, queries: Callable[..., Any]
) -> None:
    for number in range(5):
        make_person(email=f"ada{number}@example.org")
    with queries(most=12):
        page = desk.post("/operator/people/", {"address": "ADA", "reason": WHY}).content.decode()
    assert page.count("@example.org") >= 5


def test_signs_that_no_row_holds_are_left_out(here: Cast, desk: Client) -> None:
    assert here.community.name in desk.get("/operator/?q=%00").content.decode()
    said = {"community": f"{here.community.slug}\0", "kind": "\0", "problem": "\0"}
    assert desk.post("/operator/mail/again/", said).status_code == 302


def test_of_many_accounts_it_is_said_that_there_are_more(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_person(email=f"alike-{number}@example.org")
    for shown, says_so in ((2, True), (3, False)):
        monkeypatch.setattr(queries, "MOST_PEOPLE", shown)
        monkeypatch.setattr(people, "MOST_PEOPLE", shown)
        page = desk.post("/operator/people/", {"address": "alike-", "reason": WHY}).content.decode()
        assert page.count("@example.org") >= shown
        assert ("alike-2@" in page, "Type more of the address" in page) == (not says_so, says_so)


def test_a_locked_account_is_signed_out_and_stays_out(here: Cast, operator: Member) -> None:
    person = here.member.member
    client = here.sign_in(here.member)
    assert client.get(here.url("/me/")).status_code == 200
    services.lock_account(person, by=operator, reason=WHY)
    assert client.get(here.url("/me/")).status_code == 302
    answer = Client().post(
        here.url("/sign-in/"), {"login": person.email, "password": "correct horse battery"}, follow=True
    )
    assert not answer.wsgi_request.user.is_authenticated
    services.unlock_account(person, by=operator, reason=WHY)
    assert here.sign_in(here.member).get(here.url("/me/")).status_code == 200
    assert list(OperatorAct.objects.order_by("id").values_list("kind", flat=True)) == ["locked", "unlocked"]


def test_who_cannot_be_locked_and_who_cannot_lock(here: Cast, operator: Member) -> None:
    with pytest.raises(NotThisAccount):
        services.lock_account(make_person(is_operator=True), by=operator, reason=WHY)
    with pytest.raises(NotThisAccount):
        services.lock_account(operator, by=operator, reason=WHY)
    with pytest.raises(NotAllowed):
        services.lock_account(here.member.member, by=here.owner.member, reason=WHY)
    with pytest.raises(ReasonMissing):
        services.lock_account(here.member.member, by=operator, reason="x")


# Jobs


class Task:
    name = "members.tasks.sweep_mails"

    class request:
        id = "one"


def test_periodic_jobs_leave_their_last_run(db: None) -> None:
    watching._starts(task_id="one")
    watching._done(sender=Task)
    watching._done(sender=Task)
    state = JobState.objects.get(pk=Task.name)
    assert (state.runs, state.failures, state.is_failing) == (2, 0, False)
    watching._failed(sender=Task, task_id="one", exception=ValueError("a\nb"), args=[], kwargs={})
    state.refresh_from_db()
    assert (state.failures, state.is_failing, state.problem) == (1, True, "ValueError: a b")
    assert not FailedJob.objects.exists(), "it comes again by itself"
    first = periodic_jobs()[0]
    assert first.state.name == Task.name, "what is not well comes first"


def test_other_jobs_that_fail_can_be_started_again(
    desk: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    class Other(Task):
        name = "communities.notifications.tasks.notify_of_post"

    asked: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda *told, **_: asked.append(told))
    watching._failed(
        sender=Other, task_id="two", exception=KeyError("x"), args=[7], kwargs={"community_id": 3}
    )
    (job,) = failed_jobs().rows
    assert "notify of post" in desk.get("/operator/jobs/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/operator/jobs/{job.pk}/again/")
        desk.post(f"/operator/jobs/{job.pk}/again/")
    assert asked == [(Other.name, [7], {"community_id": 3})], "once"
    assert failed_jobs().rows == []


def test_a_job_that_cannot_be_noted_harms_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(watching, "note_run", breaks)
    watching._done(sender=Task)
    assert not JobState.objects.exists()


# Mails


def make_refused(
    community_id: int | None, kind: str = "news", problem: str = "550 no such user"
) -> OutgoingMail:
    now = timezone.now()
    return OutgoingMail.objects.create(
        community_id=community_id, kind=kind, urgency=5, recipient="zebulon@example.org", sender="a@example.org",
        subject="News", text="Words", useless_at=now, state="refused", finished_at=now, problem=problem,
    )  # fmt: skip


def test_failed_mails_are_numbers_without_addresses_and_leave_again(
    here: Cast, elsewhere: Cast, desk: Client
) -> None:
    with here.scope():
        for _number in range(3):
            make_refused(here.community.pk)
    with elsewhere.scope():
        make_refused(elsewhere.community.pk)
    page = desk.get("/operator/mail/").content.decode()
    assert "zebulon" not in page
    found = {(one.community.pk, one.mails) for one in undelivered_mails()}
    assert found == {(here.community.pk, 3), (elsewhere.community.pk, 1)}
    data = {"community": here.community.slug, "kind": "news", "problem": "550 no such user"}
    told = desk.post("/operator/mail/again/", data, follow=True).content.decode()
    assert "3 mails are tried again now." in told
    with community_scope(here.community):
        assert OutgoingMail.objects.filter(state="waiting", failures=0).count() == 3
    with community_scope(elsewhere.community):
        assert OutgoingMail.objects.filter(state="refused").count() == 1
    assert "Nothing was left" in desk.post("/operator/mail/again/", data, follow=True).content.decode()


def test_a_mail_that_says_a_secret_is_not_offered_again(desk: Client) -> None:
    make_refused(None, kind="code")
    (one,) = undelivered_mails()
    assert (one.community, one.can_be_tried_again) == (None, False)
    desk.post("/operator/mail/again/", {"community": "", "kind": "code", "problem": one.problem})
    assert OutgoingMail.objects.get(kind="code").state == "refused"


# Backups and journal


def test_backups_are_listed_and_what_is_none_is_left_out(
    desk: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_ROOT = tmp_path
    assert b"No backup here yet" in desk.get("/operator/backups/").content
    told = Manifest(
        name="parvis-1", made_at="2026-11-27T03:10:00+00:00", release="x", postgres="18.1",
        tables={"content_thread": TableSum(12, "ff")}, migrations=(), files=3, bytes=9, sums={},
        verified_at="2026-11-27T03:44:00+00:00",
    )  # fmt: skip
    for name, words in (("parvis-1", told.written()), ("broken", "{"), (".draft", told.written())):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(words)
    assert [one.name for one in kept_backups()] == ["parvis-1"]

    def refuse(*_asked: object) -> Iterator[Path]:
        raise PermissionError

    with monkeypatch.context() as another_account:
        another_account.setattr(Path, "iterdir", refuse)
        assert kept_backups() == []
    page = desk.get("/operator/backups/").content.decode()
    assert "parvis-1" in page
    assert "restored and counted" in page


def test_the_journal_is_read_by_pages(desk: Client, operator: Member) -> None:
    for number in range(60):
        services.note(OperatorAct.Kind.SEARCHED, operator, what=f"person-{number}@example.org", reason=WHY)
    first = desk.get("/operator/journal/").content.decode()
    assert "person-59@" in first
    assert "person-0@" not in first
    after = first.partition("?after=")[2].partition('"')[0]
    assert "person-0@" in desk.get(f"/operator/journal/?after={after}").content.decode()
