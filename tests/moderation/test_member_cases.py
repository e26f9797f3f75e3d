"""Cases about members’ pages: who leaves, one case for a person, another community."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from communities.people.services import edit_profile, leave_community
from moderation import permissions
from moderation.models import Case
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.moderation.acts import decide_page, reported_page
from tests.moderation.test_report_member import LONG_AGO, a_person, case_path, fresh
from tests.sweeps.world import a_picture


def test_who_leaves_takes_the_page_along(here: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with here.scope():
        person = a_person(display_name="Mortimer Quill")
        edit_profile(person, by=person, handle=person.handle, portrait=a_picture())
        picture = person.portrait
        first = reported_page(person, by=here.ambassador)
    with django_capture_on_commit_callbacks(execute=True), here.scope():
        decide_page(first, by=here.moderator, act="clear")
    with here.scope():
        second = reported_page(fresh(person), by=here.ambassador)
        assert default_storage.exists(f"withdrawn/{picture}")
    with django_capture_on_commit_callbacks(execute=True), here.scope():
        leave_community(person, by=person)
    assert not default_storage.exists(f"withdrawn/{picture}")
    with here.scope():
        for case in (first, second):
            case.refresh_from_db()
            assert (case.is_open, case.snapshot, "Quill" in case.title) == (False, {}, False)
        assert second.outcome == "withdrawn"
        assert permissions.decisions_open_to(here.manager, first, first.decisions.get()) == []
    page = here.sign_in(here.moderator).get(case_path(here, second)).content.decode()
    assert "Quill" not in page


def test_a_case_is_about_a_text_or_a_person_and_one_is_open(here: Cast) -> None:
    with here.scope():
        case = reported_page(a_person(), by=here.ambassador)
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        with pytest.raises(IntegrityError, match="case_text_or_person"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(post=post)
        with pytest.raises(IntegrityError, match="case_of_person_once"), transaction.atomic():
            Case.objects.create(
                kind="report",
                subject="profile",
                person=case.person,
                title="x",
                due_at=LONG_AGO,
                rank_at=LONG_AGO,
            )


def test_a_person_of_another_community_is_refused_by_the_database(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        case = reported_page(a_person(), by=here.ambassador)
        with (
            pytest.raises(IntegrityError, match="moderation_case_person_id_owned"),
            transaction.atomic(),
        ):
            Case.objects.filter(pk=case.pk).update(person_id=elsewhere.member.pk)
