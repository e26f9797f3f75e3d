"""The operator inside a community: for a reason, for a time, seen by its owner, and unable to change anything."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from communities.console.operator import opening
from communities.console.operator.exceptions import NothingToOpen, ReasonMissing
from communities.console.operator.models import Opening, OperatorAct
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Domain, Membership
from communities.notifications.models import Notification
from members.models import Member
from tests.conftest import Cast
from tests.factories import make_thread
from tests.mailing import delivered

WHY = "ticket 322: topics are missing after an import"


def enter(here: Cast, desk: Client, *, minutes: int = 30) -> Client:
    """By the page, the ticket and the cookie."""
    answer = desk.post(
        f"/operator/communities/{here.community.slug}/enter/", {"reason": WHY, "minutes": minutes}
    )
    assert answer.status_code == 302, answer.content.decode()
    path = answer.headers["Location"].removeprefix("http://localhost:8000").removeprefix("http://testserver")
    inside = desk.get(path[path.index("/c/") :])
    assert inside.status_code == 302
    assert desk.cookies[opening.COOKIE]["path"] == f"{here.prefix}/"
    assert desk.cookies[opening.COOKIE]["httponly"]
    return desk


def test_an_owners_eyes_with_a_red_bar_and_without_results(here: Cast, desk: Client) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Among us")
    assert desk.get(here.url("/members/")).status_code == 302, "an operator has no presence"
    enter(here, desk)
    page = desk.get(here.url(f"/forums/t/{thread.slug}/"))
    assert page.status_code == 200
    assert "Operator access, ends" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    for path in ("/members/", "/moderation/", "/manage/", "/manage/brand/", "/manage/openings/"):
        assert desk.get(here.url(path)).status_code == 200, path
    for path in ("/results/", "/results/orders/", "/results/rates/"):
        assert desk.get(here.url(path)).status_code == 403, path
    assert here.url("/results/") not in desk.get(here.url("/")).content.decode()


def test_pages_about_oneself_stay_shut(here: Cast, desk: Client) -> None:
    """They were errors: some write while they are read, and nobody has a profile by an opening."""
    enter(here, desk)
    for path in (
        "/me/profile/",
        "/me/preferences/",
        "/me/data/",
        "/me/security/",
        "/me/security/email/",
        "/leave/",
    ):
        answer = desk.get(here.url(path))
        assert answer.status_code == 403, path
        assert "pages about yourself are not in here" in answer.content.decode(), path


def test_nothing_can_be_changed(here: Cast, desk: Client) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    enter(here, desk)
    for path, data in (
        (f"/forums/t/{thread.slug}/reply/", {"body": "<p>Hello.</p>", "body_format": "html"}),
        (f"/forums/t/{thread.slug}/lock/", {}),
        ("/manage/brand/", {"name": "Mine"}),
        ("/leave/", {"posts": "delete"}),
    ):
        assert desk.post(here.url(path), data).status_code == 302, path
    with here.scope():
        fresh = type(thread).objects.get(pk=thread.pk)
        assert (fresh.reply_count, fresh.locked) == (0, False)


def test_the_database_refuses_what_a_page_might_write(
    here: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from communities.front.views import about

    original = about.show_rules

    def writes(request: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "update communities_membership set bio = 'changed' where community_id = %s",
                [here.community.pk],
            )
        return original(request)

    from communities.front import urls

    for pattern in urls.urlpatterns:
        if getattr(pattern, "name", "") == "show-rules":
            writes.is_public = True  # type: ignore[attr-defined]
            monkeypatch.setattr(pattern, "callback", writes)
    enter(here, desk)
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        desk.get(here.url("/rules/"))
    with here.scope():
        assert not Membership.objects.filter(bio="changed").exists()


def test_its_owner_is_told_at_once_and_sees_it(here: Cast, desk: Client, operator: Member) -> None:
    enter(here, desk)
    (mail,) = delivered()
    assert mail.to == [here.owner.member.email]
    assert WHY in mail.body
    assert operator.email in mail.body
    with here.scope():
        assert Notification.objects.filter(membership=here.owner, kind="operator_entered").count() == 1
        assert Change.objects.get(act="operator_opened").after["reason"] == WHY
    page = here.sign_in(here.owner).get(here.url("/manage/openings/")).content.decode()
    assert WHY in page
    assert "End it now" in page
    assert "shield" in here.sign_in(here.owner).get(here.url("/notifications/")).content.decode()
    assert here.sign_in(here.manager).get(here.url("/manage/openings/")).status_code == 403
    assert list(OperatorAct.objects.values_list("kind", "reason")) == [("opened", WHY)]


def test_its_owner_can_end_it(here: Cast, desk: Client) -> None:
    enter(here, desk)
    found = Opening.objects.get()
    assert here.sign_in(here.manager).post(here.url(f"/manage/openings/{found.pk}/end/")).status_code == 403
    assert here.sign_in(here.owner).post(here.url(f"/manage/openings/{found.pk}/end/")).status_code == 302
    found.refresh_from_db()
    assert found.ended_by_owner
    with here.scope():
        line = Change.objects.newest()[0]
    assert (line.act, line.by_id, line.what) == ("operator_sent_away", here.owner.pk, found.operator_address)
    assert desk.get(here.url("/members/")).status_code == 302
    assert b"Operator access" not in desk.get(here.url("/")).content
    again = here.sign_in(here.owner).post(here.url(f"/manage/openings/{found.pk}/end/"), follow=True)
    assert "has ended" in again.content.decode()


def test_the_operator_leaves(here: Cast, desk: Client) -> None:
    enter(here, desk)
    gone = desk.post(here.url("/operator-access/leave/"))
    assert gone.headers["Location"].endswith(f"/operator/communities/{here.community.slug}/")
    assert Opening.objects.get().ended_at is not None
    assert desk.get(here.url("/members/")).status_code == 302
    assert list(OperatorAct.objects.order_by("id").values_list("kind", flat=True)) == ["opened", "left"]


def test_it_ends_by_the_clock(here: Cast, desk: Client) -> None:
    enter(here, desk)
    past = timezone.now() - datetime.timedelta(minutes=90)
    Opening.objects.update(opened_at=past, ends_at=past + datetime.timedelta(minutes=30))
    assert desk.get(here.url("/members/")).status_code == 302
    with pytest.raises(NothingToOpen):
        opening.end_opening(Opening.objects.get(), by=Opening.objects.get().operator)


def test_neither_cookie_nor_ticket_opens_another_community(
    here: Cast, elsewhere: Cast, desk: Client, operator: Member
) -> None:
    begun = opening.open_community(here.community, by=operator, reason=WHY)
    assert Client().get(elsewhere.url(f"/operator-access/{opening.ticket_for(begun)}/")).status_code == 404
    other = Client()
    other.cookies[opening.COOKIE] = opening.pass_for(begun)
    assert other.get(elsewhere.url("/members/")).status_code == 302
    forged = Client()
    forged.cookies[opening.COOKIE] = opening.ticket_for(begun)
    assert forged.get(here.url("/members/")).status_code == 302, "a ticket is no pass"
    assert other.get(here.url("/members/")).status_code == 200


@pytest.mark.parametrize("lost", ["is_active", "is_operator"])
def test_an_operator_who_is_none_any_more_is_outside(
    here: Cast, desk: Client, operator: Member, lost: str
) -> None:
    enter(here, desk)
    Member.objects.filter(pk=operator.pk).update(**{lost: False})
    assert desk.get(here.url("/members/")).status_code == 302


def test_on_a_domain_of_its_own_the_ticket_is_the_way(here: Cast, desk: Client) -> None:
    Domain.objects.create(community=here.community, host="sails.example", verified=True, primary=True)
    forget_all()
    door = f"/operator/communities/{here.community.slug}/enter/"
    policy = desk.get(door).headers["Content-Security-Policy"]
    assert re.search(r"form-action 'self' \S+://sails\.example", policy), (
        "else browsers do not follow the form"
    )
    answer = desk.post(door, {"reason": WHY, "minutes": "15"})
    address = answer.headers["Location"]
    assert "://sails.example" in address
    there = Client(headers={"host": "sails.example"})
    assert there.get(address[address.index("/operator-access/") :]).status_code == 302
    assert there.get("/members/").status_code == 200
    assert Opening.objects.get().minutes == 15


def test_a_suspended_community_can_be_looked_at(here: Cast, desk: Client) -> None:
    desk.post(f"/operator/communities/{here.community.slug}/suspend/", {"reason": WHY})
    forget_all()
    enter(here, desk)
    assert desk.get(here.url("/forums/")).status_code == 200


def test_without_a_reason_nothing_opens(here: Cast, desk: Client, operator: Member) -> None:
    refused = desk.post(
        f"/operator/communities/{here.community.slug}/enter/", {"reason": "", "minutes": "30"}
    )
    assert refused.status_code == 422
    with pytest.raises(ReasonMissing):
        opening.open_community(here.community, by=operator, reason="    ")
    with pytest.raises(NotAllowed):
        opening.open_community(here.community, by=here.owner.member, reason=WHY)
    assert not Opening.objects.exists()


def test_who_is_not_inside_costs_no_query(here: Cast, queries: Any) -> None:
    client = here.sign_in(None)
    client.get(here.url("/help/"))
    with queries(most=0):
        assert client.get(here.url("/help/")).status_code == 200
