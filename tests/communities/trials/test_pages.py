"""The pages of beta tests: the way of a tester, what the team does, Today, and how many queries they take."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities import memory
from communities.animation.today.matters import Scope
from communities.calendar import DAY, today
from communities.content.kinds import kind_of
from communities.memory import forget_all
from communities.trials.arranging import close_trial, release
from communities.trials.matters import Applicants, BlockingFeedback, TrialsOver
from communities.trials.models import Feedback, Participant, Trial
from communities.trials.reporting import set_state
from tests.communities.trials.making import (
    QUESTION,
    apply_all,
    fresh,
    make_feedback,
    make_tester,
    make_trial,
    now,
)
from tests.conftest import NOT_COUNTED, Cast
from tests.factories import make_membership


def test_addresses_are_those_of_the_routes(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        thread = make_feedback(trial.space, here.manager, here)
        assert kind_of(thread).thread_url(thread) == reverse("trials:show-feedback", args=[thread.slug])


def test_nobody_applies_after_the_last_day(here: Cast) -> None:
    with here.scope():
        make_trial(here)
    said = {"product": "A log", "pledge": "I keep it.", "places": "2"}
    days = {"ends_on": "20/12/2030", "applies_until": "25/12/2030"}
    answer = here.sign_in(here.manager).post(here.url("/trials/t/log-test/edit/"), {**said, **days})
    assert answer.status_code == 422
    assert "This comes after the last day of the test." in answer.content.decode()
    assert "25/12/2030" in answer.content.decode()


def test_the_way_of_a_tester_without_scripts(here: Cast) -> None:
    with here.scope():
        make_trial(here)
    tester, manager, at = (
        here.sign_in(here.member),
        here.sign_in(here.manager),
        here.url("/trials/t/log-test/"),
    )
    way_to_another = [
        "add one under Spaces" in by.get(here.url("/trials/")).content.decode() for by in (manager, tester)
    ]
    assert way_to_another == [True, False]
    assert "Apply to test" in tester.get(at).content.decode()
    assert QUESTION in tester.get(f"{at}apply/").content.decode()
    assert tester.post(f"{at}apply/", {"answer0": "A ketch"}).status_code == 302
    with here.scope():
        mine = Participant.objects.get()
    sent = {"tester": mine.pk, "answer": "accepted", "shown": "applied"}
    assert manager.post(f"{at}testers/", sent).status_code == 302
    assert "Read and accept" in tester.get(at).content.decode()
    assert tester.get(f"{at}new/").status_code == 404
    assert tester.post(f"{at}pledge/", {"number": "1"}).status_code == 302
    new = {"name": "2.0", "changes": "Corks", "to_try": "Drop it", "url": ""}
    assert manager.post(f"{at}release/", new).status_code == 302
    page = tester.get(at).content.decode()
    assert "Drop it" in page
    assert "Report feedback" in page
    said = {"title": "It sinks", "body": "At once.", "body_format": "markdown", "severity": "blocking"}
    answer = tester.post(f"{at}new/", {**said, "environment": "A ketch"})
    shown = tester.get(answer.headers["Location"]).content.decode()
    assert "Blocking" in shown
    assert "A ketch" in shown
    with here.scope():
        found = Feedback.objects.get()
        assert (found.severity, found.environment, found.state) == ("blocking", "A ketch", "new")
        path = f"/trials/f/{found.thread.slug}/"
    assert tester.post(here.url(f"{path}state/"), {"state": "confirmed"}).status_code == 403
    assert manager.post(here.url(f"{path}state/"), {"state": "confirmed"}).status_code == 302
    assert manager.post(here.url(f"{path}also/")).status_code == 302
    with here.scope():
        found.refresh_from_db()
        assert (found.state, found.people) == ("confirmed", 1)
    closing = {"words": "It floats now.", "report_for": "testers"}
    assert manager.post(f"{at}close/", closing).status_code == 302
    assert "It floats now." in tester.get(f"{at}report/").content.decode()
    assert here.sign_in(here.ambassador).get(f"{at}report/").status_code == 404
    assert tester.post(f"{at}leave/").status_code == 302
    assert tester.get(f"{at}report/").status_code == 404
    assert tester.get(here.url(path)).status_code == 404


def test_a_report_for_everybody_says_no_title(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        version = release(trial, name="1", changes="All", by=here.manager)
        thread = make_feedback(trial.space, here.manager, here, "It sinks")
        set_state(fresh(thread), "mended", by=here.manager, mended_in=version)
        close_trial(trial, words="It floats now.", report_for="all", by=here.manager)
        forget_all()
    at = here.url("/trials/t/log-test/report/")
    outside = here.sign_in(None).get(at).content.decode()
    assert "It floats now." in outside
    assert "It sinks" not in outside
    assert "It sinks" in here.sign_in(here.moderator).get(at).content.decode()


def test_applicants_are_narrowed_by_level(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        old, new = make_membership(trust_level=3), make_membership(trust_level=0)
        apply_all(trial, [old, new])
    page = here.sign_in(here.manager).get(here.url("/trials/t/log-test/testers/?levels=3")).content.decode()
    assert f"@{old.handle}" in page
    assert f"@{new.handle}" not in page


def test_today_knows_applications_blocking_feedback_and_what_is_over(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.member, here)
        apply_all(trial, [here.ambassador])
        thread = make_feedback(trial.space, here.member, here, severity="blocking")
        make_feedback(trial.space, here.member, here, "A minor one", severity="minor")
        Trial.objects.update(ends_on=today(here.community) - DAY)
        forget_all()

        def due() -> list[list[str]]:
            scope = Scope(here.community, here.manager, timezone.now())
            return [
                [one.key for one in source().due(scope, 5)]
                for source in (Applicants, BlockingFeedback, TrialsOver)
            ]

        assert due() == [[str(trial.pk)], [str(thread.pk)], [str(trial.pk)]]
        assert not Applicants().may(here.moderator)
        set_state(fresh(thread), "confirmed", by=here.moderator)
        assert due()[1] == []
        close_trial(now(trial), words="Done", report_for="all", by=here.manager)
        assert due() == [[], [], []]


def test_pages_take_as_many_queries_with_more_in_them(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.member, here)
        # The bell asks once for each kind of notice.
        release(trial, name="1.0", changes="All", by=here.manager)
        make_feedback(trial.space, here.member, here, "One")
        path = fresh(make_feedback(trial.space, here.member, here, "Two")).slug
    manager, tester = here.sign_in(here.manager), here.sign_in(here.member)
    pages = (
        (tester, here.url("/trials/t/log-test/")),
        (tester, here.url(f"/trials/f/{path}/")),
        (tester, here.url("/trials/")),
        (manager, here.url("/trials/t/log-test/testers/?shown=accepted")),
    )

    def counted() -> list[int]:
        found = []
        for client, at in pages:
            client.get(at)
            forget_all()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(at).status_code == 200
            found.append(len([q for q in asked if not q["sql"].lstrip().startswith(NOT_COUNTED)]))
        return found

    before = counted()
    with here.scope():
        for n in range(4):
            person = make_membership()
            make_tester(trial, person, here)
            make_feedback(trial.space, person, here, f"More {n}")
        for n in range(3):
            release(trial, name=f"2.{n}", changes="More", by=here.manager)
        forget_all()
    assert counted() == before


def test_whom_nobody_answered_and_what_is_reported_while_it_is_closed(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        apply_all(trial, [here.member])
        with CaptureQueriesContext(connection) as asked:
            make_feedback(trial.space, here.moderator, here)
        locks = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
        assert any("trials_trial" in one for one in locks), "closing waits for it, or it is refused"
        close_trial(trial, words="So it was", report_for="testers", by=here.manager)
    page = here.sign_in(here.member).get(here.url("/trials/t/log-test/")).content.decode()
    assert "This test is closed." in page
    assert "You are told whether you are chosen." not in page


def test_every_release_can_be_named_however_many_there_are(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.trials.queries.MOST_RELEASES", 1)
    monkeypatch.setattr("communities.trials.release_fields.MOST_RELEASES", 1)
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.member, here)
        old, _new = (
            release(now(trial), name=name, changes="Corks", by=here.manager) for name in ("1.0", "2.0")
        )
    forget_all()
    tester, at = here.sign_in(here.member), here.url("/trials/t/log-test/new/")
    assert 'value="2.0"' in tester.get(at).content.decode()
    said = {"title": "It sinks", "body": "At once.", "body_format": "markdown", "severity": "major"}
    refused = tester.post(at, said | {"found_in": "0.9"})
    assert refused.status_code == 422
    assert "No release of this test has this name." in refused.content.decode()
    assert tester.post(at, said | {"found_in": " 1.0 "}).status_code == 302
    with here.scope():
        found = Feedback.objects.get()
        assert found.found_in_id == old.pk
        edit = here.url(f"/trials/f/{found.thread.slug}/edit/")
    assert 'value="1.0"' in tester.get(edit).content.decode()
