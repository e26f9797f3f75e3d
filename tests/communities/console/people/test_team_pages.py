"""The pages of the team, its invitations, ownership, authors, links and requests."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from communities import calendar
from communities.console.people import queries
from communities.content.models import SpaceAuthor
from communities.launch.models import Invitation, InvitationLink, JoinRequest
from communities.launch.services import join_community, make_link
from communities.launch.services.inviting import invite_into_team
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.models import OwnershipOffer
from communities.setup import pages, steps
from tests.conftest import Cast
from tests.factories import make_membership, make_person

INVITED = {"email": "new@example.org", "role": "moderator", "scope": "all"}


def test_the_team_with_its_scope_and_end(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(
            role_spaces=[here.forum.pk], role_until=timezone.now() + datetime.timedelta(days=9)
        )
    page = here.sign_in(here.manager).get(here.url("/manage/team/")).content.decode()
    shown = re.sub(r"\s+", " ", page)
    assert here.moderator.display_name in shown
    assert "Rigging" in shown
    assert "until" in shown
    assert here.member.display_name not in shown


def test_many_ambassadors_hide_nobody_of_the_team(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communities.console.people.queries.MOST_AMBASSADORS", 2)
    with here.scope():
        for name in ("Aaa one", "Aaa two", "Zzz last"):
            make_membership(display_name=name, role="ambassador")
    page = here.sign_in(here.owner).get(here.url("/manage/team/")).content.decode()
    for person in (here.owner, here.manager, here.moderator, here.marketing):
        assert person.display_name in page
    assert "Aaa two" in page
    assert "Zzz last" not in page
    assert "?role=ambassador" in page


def test_somebody_is_invited_and_uninvited(here: Cast) -> None:
    client, url = here.sign_in(here.manager), here.url("/manage/team/")
    assert client.post(url, INVITED).status_code == 302
    page = client.get(url).content.decode()
    assert "new@example.org" in page
    with here.scope():
        row = Invitation.objects.get()
    assert client.post(here.url(f"/manage/team/invitations/{row.pk}/withdraw/")).status_code == 302
    assert "new@example.org" not in client.get(url).content.decode().replace("withdrawn", "")


@pytest.mark.parametrize(
    ("by", "data"),
    [
        ("manager", {"role": "manager"}),
        ("owner", {"role": "owner"}),
        ("owner", {"email": "nobody"}),
        ("owner", {"email": "x@xn--é.com"}),
        ("owner", {"scope": "some"}),
        ("owner", {"until": "9999-12-31"}),
    ],
)
def test_an_invitation_that_cannot_be(here: Cast, by: str, data: dict[str, str]) -> None:
    answer = here.sign_in(getattr(here, by)).post(here.url("/manage/team/"), INVITED | data)
    assert answer.status_code == 422
    assert data.get("email", "new@example.org") in answer.content.decode()
    with here.scope():
        assert not Invitation.objects.exists()


def test_ownership_is_handed_over_on_the_pages(here: Cast) -> None:
    owner, heir = here.sign_in(here.owner), here.sign_in(here.member)
    url = here.url("/manage/team/handover/")
    assert owner.post(url, {"person": here.member.handle, "by_becomes": "manager"}).status_code == 422
    said = {"person": f"@{here.member.handle}", "by_becomes": "manager", "sure": "on"}
    assert owner.post(url, said).status_code == 302
    with here.scope():
        offer = OwnershipOffer.objects.get()
    page = here.url(f"/handover/{offer.pk}/")
    assert here.sign_in(here.manager).get(page).status_code == 404, "nobody else’s"
    assert here.url(f"/handover/{offer.pk}/") in heir.get(here.url("/notifications/")).content.decode()
    assert "wants to hand" in heir.get(page).content.decode()
    assert owner.post(page + "accept/").status_code in (302, 403)
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).role == "member"
    assert heir.post(page + "accept/").status_code == 302
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).role == "owner"
        assert Membership.objects.get(pk=here.owner.pk).role == "manager"
    assert heir.get(page).status_code == 410


def test_the_last_owner_cannot_lay_it_down(here: Cast) -> None:
    client, url = here.sign_in(here.owner), here.url("/manage/team/lay-down/")
    assert "You are the last owner" in client.get(url).content.decode()
    answer = client.post(url, follow=True)
    assert "Hand ownership over first" in answer.content.decode()
    moderator = here.sign_in(here.moderator)
    assert moderator.post(url).status_code == 302
    with here.scope():
        assert Membership.objects.get(pk=here.moderator.pk).role == "member"
        assert Membership.objects.get(pk=here.owner.pk).role == "owner"


def test_authors_are_named_and_taken_away(here: Cast) -> None:
    client, url = here.sign_in(here.manager), here.url("/manage/team/authors/")
    said = {"space": here.blog.pk, "person": f"@{here.member.handle.upper()}", "edits": "on"}
    assert client.post(url, said).status_code == 302
    page = client.get(url).content.decode()
    assert "Editor" in page
    assert client.post(url, said | {"person": "nobody-here"}).status_code == 422
    assert client.post(url, said | {"space": here.forum.pk}).status_code == 422
    remove = here.url(f"/manage/team/authors/{here.blog.pk}/{here.member.pk}/remove/")
    assert client.post(remove).status_code == 302
    with here.scope():
        assert not SpaceAuthor.objects.exists()


def test_links_on_their_page(here: Cast) -> None:
    client, url = here.sign_in(here.manager), here.url("/manage/invitations/")
    said = {
        "name": "Boot Düsseldorf",
        "role": "member",
        "space": here.forum.pk,
        "quota": "50",
        "domains": "@Example.org, example.net",
        "expires_on": calendar.today(here.community).isoformat(),
    }
    assert client.post(url, said).status_code == 302
    with here.scope():
        link = InvitationLink.objects.get()
        assert (link.domains, link.quota, link.is_usable) == (["example.org", "example.net"], 50, True)
    page = client.get(url).content.decode()
    assert f"/i/{link.key}" in page
    assert here.forum.name in client.get(here.url("/manage/journal/")).content.decode()
    assert "0 of 50 came through it" in re.sub(r"\s+", " ", page)
    assert client.post(here.url(f"/manage/invitations/{link.pk}/close/")).status_code == 302
    assert f"/i/{link.key}" not in client.get(url).content.decode()
    assert client.post(here.url(f"/manage/invitations/{link.pk}/reopen/")).status_code == 302
    for wrong in (
        {"name": ""},
        {"role": "moderator"},
        {"quota": "0"},
        {"domains": "not a domain"},
        {"space": "0"},
        {"expires_on": "9999-12-31"},
    ):
        answer = client.post(url, said | wrong)
        assert answer.status_code == 422, wrong
    with here.scope():
        assert InvitationLink.objects.count() == 1


def test_requests_on_their_page(here: Cast) -> None:
    client = here.sign_in(here.manager)
    joining = here.url("/manage/join-requests/questions/")
    assert client.post(joining, {"by_hand": "on", "question_0": "What do you sail?"}).status_code == 302
    here.community.refresh_from_db()
    forget_all()
    with here.scope():
        for name in ("Hanna", "Jo"):
            join_community(
                here.community,
                person=make_person(),
                display_name=name,
                answers=[{"question": "What do you sail?", "answer": f"{name}’s boat"}],
            )
        first, second = JoinRequest.objects.waiting()
    page = client.get(here.url("/manage/join-requests/")).content.decode()
    assert "Hanna’s boat" in page
    decide = here.url("/manage/members/join-requests/")
    assert client.post(f"{decide}{first.pk}/approve/", {"word": "Welcome."}).status_code == 302
    assert client.post(f"{decide}{second.pk}/decline/", {"word": "x" * 501}).status_code == 302
    with here.scope():
        assert JoinRequest.objects.waiting().count() == 1, "a word that is too long decides nothing"
    assert client.post(f"{decide}{second.pk}/decline/", {"word": "Not now."}).status_code == 302
    again = client.post(f"{decide}{first.pk}/approve/", follow=True)
    assert "Somebody else has decided" in again.content.decode()
    with here.scope():
        assert Membership.objects.active().filter(display_name="Hanna").exists()
        assert not Membership.objects.active().filter(display_name="Jo").exists()


PAGES = (
    "manage/team/",
    "manage/team/authors/",
    "manage/invitations/",
    "manage/join-requests/",
    "manage/join-requests/questions/",
)


def test_the_overview_and_the_steps_say_how_it_stands(here: Cast) -> None:
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        for name in ("console:list-members", "console:show-team", "console:list-links"):
            page = pages[name]
            assert page.may(here.manager)
            assert not page.may(here.moderator)
            assert all(line.label and line.value for line in page.settings(community, here.manager))
        assert steps["team"].check(community).done
        make_link(by=here.manager, name="Boot")
        Membership.objects.exclude(pk=here.owner.pk).update(role="member")
        assert not steps["team"].check(community).done


def test_many_invitations_are_paged(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.NEWEST, "size", 1)
    with here.scope():
        for name in ("first", "second"):
            invite_into_team(f"{name}@example.org", role="moderator", by=here.owner)
    client = here.sign_in(here.owner)
    page = client.get(here.url("/manage/team/")).content.decode()
    assert "second@example.org" in page
    assert "first@example.org" not in page
    (older,) = re.findall(r'href="([^"]+\?invited=\d+)"', page)
    assert "first@example.org" in client.get(older).content.decode()
