"""What jobs set aside, on the operator’s page; mails that are given up."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from communities.console.operator import services
from communities.console.operator.models import OperatorAct
from communities.exceptions import NotAllowed
from members.aside import SetAside, set_aside
from members.models import OutgoingMail
from tests.communities.console.operator.test_works import make_refused
from tests.conftest import Cast


def test_it_is_shown_tried_again_and_left_out(here: Cast, desk: Client) -> None:
    row = set_aside("community", here.community.pk, ValueError("zoe@example.org is no number"))
    page = desk.get("/operator/jobs/").content.decode()
    assert here.community.name in page
    assert "failed 1 time" in " ".join(page.split())
    assert "ValueError" in page
    assert "zoe@" not in page
    address = f"/operator/jobs/aside/{row.pk}/"
    assert "is left out until" in desk.post(address, {"act": "leave"}, follow=True).content.decode()
    row.refresh_from_db()
    assert row.due_at is None
    assert row.is_left_out(timezone.now())
    assert "The next run tries it again" in desk.post(address, {"act": "again"}, follow=True).content.decode()
    row.refresh_from_db()
    assert not row.is_left_out(timezone.now())
    acts = OperatorAct.objects.order_by("id").values_list("kind", flat=True)
    assert list(acts) == ["aside_left", "aside_again"]
    SetAside.objects.all().delete()
    assert "done in the meantime" in desk.post(address, {"act": "again"}, follow=True).content.decode()


def test_only_operators_decide(here: Cast) -> None:
    row = set_aside("community", here.community.pk, ValueError())
    member = here.owner.member
    assert member is not None
    for act in (services.try_aside_again, services.leave_aside):
        with pytest.raises(NotAllowed):
            act(row, by=member)
    assert here.sign_in(here.owner).post(f"/operator/jobs/aside/{row.pk}/").status_code == 404


def test_what_fails_again_and_again_is_among_what_is_to_be_done(here: Cast, desk: Client) -> None:
    for _time in range(3):
        set_aside("community", here.community.pk, ValueError())
    assert "1 job failed." in desk.get("/operator/").content.decode()


def test_mails_that_will_never_arrive_are_given_up(here: Cast, desk: Client) -> None:
    with here.scope():
        make_refused(here.community.pk)
    data = {"community": here.community.slug, "kind": "news", "problem": "550 no such user", "act": "drop"}
    assert "1 mail is given up." in desk.post("/operator/mail/again/", data, follow=True).content.decode()
    with here.scope():
        mail = OutgoingMail.objects.get()
    assert (mail.state, mail.text) == ("dropped", "")
    assert "550 no such user" not in desk.get("/operator/mail/").content.decode()
    assert OperatorAct.objects.get().kind == "mail_dropped"
