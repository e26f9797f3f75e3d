"""The pages of calls: the way of an applicant, of a juror, of a manager; what others do not get to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.calls.application_forms import PlanForm
from communities.calls.models import Application, ApplicationFile, Call
from communities.content.models import Space
from communities.memory import forget_all
from tests.communities.calls.making import CRITERIA, a_paper, again, apply, asks, close, make_call, move
from tests.conftest import Cast
from tests.factories import make_membership, make_space, make_thread

pytestmark = pytest.mark.django_db
LANGUAGE = {"HTTP_ACCEPT_LANGUAGE": "en"}


def read(client: Client, here: Cast, path: str) -> str:
    response = client.get(here.url(path), **LANGUAGE)
    assert response.status_code == 200, path
    return response.content.decode()


def test_a_manager_makes_a_text_a_call_and_a_member_answers_it(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="What we look for")
        add = f"/calls/under/{thread.opening().public_id}/"
    manager, member = here.sign_in(here.manager), here.sign_in(here.member)
    data = {
        "opens_at": "2020-01-10 18:00", "closes_at": "2040-02-10 18:00", "conditions": "It is mine.", "scale": "5",
        "words1": "What for?", "kind1": "text", "required1": "on", "words3": "Your drawing", "kind3": "file",
        "criterion1": "Useful", "weight1": "2", "jury": f"@{here.moderator.handle}",
    }  # fmt: skip
    assert manager.post(here.url(add), {**data, "jury": "@nobody-at-all"}, **LANGUAGE).status_code == 422
    assert manager.post(here.url(add), data, **LANGUAGE).status_code == 302
    with here.scope():
        call = again(Call.objects.get())
        assert [one["key"] for one in call.questions] == ["q1", "q3"]
    page = f"/forums/t/{thread.slug}/"
    assert "Sign in to apply" in read(Client(), here, page)
    assert f"/calls/{call.pk}/apply/" in read(member, here, page)
    form = here.url(f"/calls/{call.pk}/apply/")
    refused = member.post(form, {"title": "Mine", "send": "1"}, **LANGUAGE)
    assert refused.status_code == 422
    assert "Confirm this condition" in refused.content.decode()
    assert member.post(form, {"title": "Mine"}, **LANGUAGE).status_code == 302
    sent = {
        "title": "Mine",
        "summary": "A block.",
        "q1": "Sheets.",
        "condition0": "on",
        "send": "1",
        "version": "1",
    }
    assert member.post(form, {**sent, "q3": a_paper()}, **LANGUAGE).status_code == 302
    with here.scope():
        own = Application.objects.get()
        assert (own.state, own.answers, own.confirmed) == ("sent", {"q1": "Sheets."}, [0])
    assert "A block." in read(here.sign_in(here.moderator), here, f"/calls/applications/{own.pk}/")


def test_a_file_that_is_none_of_these_is_refused_and_what_was_typed_stays(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
    member = here.sign_in(here.member)
    bad = a_paper("page.html")
    bad.file.seek(0)
    bad.file.write(b"<html>")
    bad.file.seek(0)
    answer = member.post(
        here.url(f"/calls/{call.pk}/apply/"), {"title": "A block of elm", "q5": bad}, **LANGUAGE
    )
    assert answer.status_code == 422
    assert "A block of elm" in answer.content.decode()
    with here.scope():
        assert not ApplicationFile.objects.exists()


def test_a_file_is_a_download_for_its_readers_alone(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        call = make_call(here, jury=frozenset({here.moderator.pk}))
        apply(call, by=here.member, files={"q5": a_paper()})
        path = f"/calls/files/{ApplicationFile.objects.get().pk}/"
    for person in (here.member, here.moderator, here.manager):
        response: Any = here.sign_in(person).get(here.url(path))
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in response.headers["Cache-Control"]
    assert here.sign_in(here.ambassador).get(here.url(path)).status_code == 404
    assert elsewhere.sign_in(elsewhere.manager).get(elsewhere.url(path)).status_code == 404


def test_jurors_read_what_others_scored_once_they_have_sent_theirs(here: Cast) -> None:
    with here.scope():
        first = make_membership(display_name="Ines of the jury")
        call = make_call(here, jury=frozenset({here.moderator.pk, first.pk}))
        sent = apply(call, by=here.member)
    at = f"/calls/applications/{sent.pk}/"
    juror, other = here.sign_in(here.moderator), here.sign_in(first)
    assert other.post(here.url(f"{at}score/"), {"score0": "5", "score1": "1"}).status_code == 302
    assert "Ines of the jury" not in read(juror, here, at)
    assert "Ines of the jury" not in read(here.sign_in(here.member), here, at)
    assert juror.post(here.url(f"{at}score/"), {"score0": "9"}, **LANGUAGE).status_code == 422
    juror.post(here.url(f"{at}score/"), {"score0": "3", "score1": "3"})
    # (5·3 + 1)/4 = 4 and 3.
    seen = read(juror, here, at)
    for words in ("Ines of the jury", "3.5 of 5", "between 3.0 and 4.0"):
        assert words in seen
    assert other.post(here.url(f"{at}conflict/")).status_code == 302
    assert "Hidden from you" in read(other, here, f"/calls/{call.pk}/applications/")
    assert other.get(here.url(at)).status_code == 404
    # Managers decide once it has closed, and read when that is.
    assert "decided once the call has closed" in read(here.sign_in(here.manager), here, at)


def test_of_two_managers_the_second_is_told_and_keeps_their_words(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        sent = apply(call, by=here.member)
        close(call)
        # Who sees a project through must be able to read it.
        offered = PlanForm(currency="EUR").fields["owner"].queryset
        assert set(offered) == {here.manager, here.owner}
    act = here.url(f"/calls/applications/{sent.pk}/decide/")
    data = {"state": "selected", "words": "It turns well.", "seen": "sent"}
    assert here.sign_in(here.manager).post(act, data, **LANGUAGE).status_code == 302
    late = here.sign_in(here.owner).post(act, {**data, "state": "refused", "words": "Too heavy."}, **LANGUAGE)
    assert late.status_code == 409
    assert "Too heavy." in late.content.decode()
    assert "It turns well." in read(here.sign_in(here.member), here, f"/calls/applications/{sent.pk}/")


def test_selected_projects_are_public_once_published(here: Cast) -> None:
    with here.scope():
        call = make_call(here)
        sent = apply(call, by=here.member, title="A block of horn")
        apply(call, by=here.ambassador, title="A block of tin")
        close(call)
        move(sent, "selected", by=here.manager)
    page = f"/calls/{call.pk}/projects/"
    assert Client().get(here.url(page)).status_code == 404
    manager = here.sign_in(here.manager)
    assert "Publish this page" in read(manager, here, page)
    manager.post(here.url(f"/calls/{call.pk}/publish/"), {"shown": "1"})
    forget_all()
    shown = read(Client(), here, page)
    assert "A block of horn" in shown
    assert "A block of tin" not in shown
    assert "Selected projects" in read(Client(), here, "/calls/")


def test_lists_cost_as_much_with_many_rows(here: Cast, queries: Callable[..., Any]) -> None:
    with here.scope():
        call = make_call(here, questions=(asks(1, "What for?"),), criteria=CRITERIA)
        apply(call, by=here.member)
    manager = here.sign_in(here.manager)
    paths = (f"/calls/{call.pk}/applications/", "/calls/")
    before = [_statements(manager, here, path) for path in paths]
    with here.scope():
        for _one in range(12):
            apply(call, by=make_membership())
            make_call(here, title="One more")
    assert [_statements(manager, here, path) for path in paths] == before


def _statements(client: Client, here: Cast, path: str) -> int:
    read(client, here, path)  # what a process remembers is remembered
    with CaptureQueriesContext(connection) as seen:
        read(client, here, path)
    return len(seen)


def test_the_header_names_calls_once_there_is_one_that_its_reader_opens(here: Cast, elsewhere: Cast) -> None:
    def named(cast: Cast, by: Any) -> bool:
        forget_all()
        return f'href="{cast.url("/calls/")}"' in read(cast.sign_in(by), cast, "/search/")

    assert not named(here, here.manager)
    with here.scope():
        wall = make_space(kind="photos", slug="wall", name="A wall where no call would be seen")
    offered = read(here.sign_in(here.manager), here, "/calls/").split('id="h-new"')[1].split("</section>")[0]
    assert here.forum.name in offered
    assert wall.name not in offered
    with here.scope():
        call = make_call(here)
    assert [named(here, by) for by in (None, here.member, here.manager)] == [True] * 3
    assert not named(elsewhere, elsewhere.manager)
    with here.scope():
        Space.objects.filter(pk=call.thread.space_id).update(audience="team")
    assert [named(here, by) for by in (None, here.member, here.manager)] == [False, False, True]
