"""Suspend, resume, quotas, hand over: what people find, who is told, what the journal keeps."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from analytics.roi.models import LedgerEntry
from communities.console.exceptions import OperatorStaysOut
from communities.console.operator import deleting, handing, services
from communities.console.operator.exceptions import AlreadySuspended, NotLeaving, NotSuspended, ReasonMissing
from communities.console.operator.figures import count_due
from communities.console.operator.models import CommunityFigures, FleetSums, OperatorAct
from communities.console.operator.queries import communities_page
from communities.console.place.exceptions import NotInThatState
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.mails import brand_for
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.entrusting import accept_ownership, offer_ownership
from communities.people.exceptions import OfferEnded
from communities.scoping import community_scope
from members.mails.building import Letter, build
from members.mails.kinds import MailKind
from members.mails.outbox import post
from members.models import Member
from tests.conftest import Cast
from tests.factories import make_community
from tests.mailing import delivered

WHY = "ticket 318: reported by the police"
NEWS = MailKind("news", "News")


def again(community: Community) -> Community:
    forget_all()
    return Community.objects.get(pk=community.pk)


def reasons() -> list[tuple[str, str]]:
    return list(OperatorAct.objects.order_by("id").values_list("kind", "reason"))


# Suspending


def test_a_suspended_community_is_one_sober_page_for_everybody(
    here: Cast, elsewhere: Cast, operator: Member
) -> None:
    services.suspend_community(here.community, by=operator, reason=WHY)
    forget_all()
    for who in (None, here.member, here.manager, here.owner):
        for path in ("/", "/forums/", "/members/", "/manage/", "/feed.xml"):
            response = here.sign_in(who).get(here.url(path))
            assert response.status_code == 503, (who, path)
            assert int(response.headers["Retry-After"]) > 0
            assert (WHY in response.content.decode()) is (who is here.owner), "the reason is the owner’s"
    assert (
        here.sign_in(here.member).post(here.url("/forums/f/rigging/new/"), {"title": "A"}).status_code == 503
    )
    assert elsewhere.sign_in(None).get(elsewhere.url("/")).status_code == 200


def test_the_law_and_ones_own_data_stay_within_reach(here: Cast, operator: Member) -> None:
    services.suspend_community(here.community, by=operator, reason=WHY)
    forget_all()
    member = here.sign_in(here.member)
    for path in ("/legal/", "/legal/privacy/", "/me/data/", "/leave/"):
        assert member.get(here.url(path)).status_code == 200, path
    assert Client().get(here.url("/sign-in/")).status_code == 200


def test_owner_is_told_and_no_mail_leaves_until_it_is_resumed(here: Cast, operator: Member) -> None:
    with here.scope():
        letter = Letter("petra@example.org", "News", "launch/mail_place", {"standing": {}, "url": "/"})
        post(build(letter, brand_for(here.community)), kind=NEWS, community_id=here.community.pk)
    services.suspend_community(here.community, by=operator, reason=WHY)
    assert [(mail.to, WHY in mail.body) for mail in delivered()] == [([here.owner.member.email], True)]
    services.resume_community(here.community, by=operator)
    told = delivered()[1:]
    assert {mail.to[0] for mail in told} == {"petra@example.org", here.owner.member.email}
    assert again(here.community).suspended_why == ""
    assert here.sign_in(here.member).get(here.url("/")).status_code == 200
    assert reasons() == [("suspended", WHY), ("resumed", "")]


def test_what_is_refused(here: Cast, operator: Member) -> None:
    with pytest.raises(NotAllowed):
        services.suspend_community(here.community, by=here.owner.member, reason=WHY)
    with pytest.raises(ReasonMissing):
        services.suspend_community(here.community, by=operator, reason="   x ")
    with pytest.raises(NotSuspended):
        services.resume_community(here.community, by=operator)
    services.suspend_community(here.community, by=operator, reason=WHY)
    with pytest.raises(AlreadySuspended):
        services.suspend_community(here.community, by=operator, reason=WHY)
    assert len(reasons()) == 1


def test_pages_ask_keep_what_was_typed_and_do_it(here: Cast, desk: Client) -> None:
    path = f"/operator/communities/{here.community.slug}/suspend/"
    refused = desk.post(path, {"reason": "ab"})
    assert refused.status_code == 422
    assert b'value="ab"' in refused.content
    done = desk.post(path, {"reason": WHY}, follow=True)
    assert WHY in done.content.decode()
    assert again(here.community).suspended_at is not None
    late = desk.post(path, {"reason": WHY})
    assert late.status_code == 422
    assert "suspended already" in late.content.decode()


def test_the_journal_cannot_be_changed(here: Cast, operator: Member) -> None:
    services.suspend_community(here.community, by=operator, reason=WHY)
    for change in (
        lambda: OperatorAct.objects.update(reason="nothing"),
        lambda: OperatorAct.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


# Handing over


def test_another_person_becomes_the_owner_and_everybody_is_told(here: Cast, operator: Member) -> None:
    owner = handing.hand_over(here.community, by=operator, address="New.Owner@example.org", reason=WHY)
    with here.scope():
        assert Membership.objects.get(pk=here.owner.pk).role == "manager"
        mine = Membership.objects.get(member=owner)
        assert (mine.role, mine.is_active) == ("owner", True)
        assert Membership.objects.in_role("owner").count() == 1
    told = {mail.to[0]: mail.subject for mail in delivered()}
    assert told["new.owner@example.org"].endswith("is yours")
    assert told[here.owner.member.email].endswith("has a new owner")
    assert reasons() == [("handed_over", WHY)]


def test_a_role_with_scope_and_end_becomes_an_owner_without(here: Cast, operator: Member) -> None:
    soon = timezone.now() + datetime.timedelta(days=9)
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(
            role_spaces=[here.forum.pk], role_until=soon, suspended_until=soon
        )
        offer = offer_ownership(here.member, by=here.owner)
    handing.hand_over(here.community, by=operator, address=here.moderator.member.email, reason=WHY)
    with here.scope():
        heir = Membership.objects.get(pk=here.moderator.pk)
        assert (heir.role, heir.role_until, heir.role_spaces, heir.can_manage) == ("owner", None, [], True)
        with pytest.raises(OfferEnded):
            accept_ownership(offer, by=here.member)
        told = {line.what for line in Change.objects.filter(act="role_set") if line.by_platform}
    assert told == {heir.display_name, here.owner.display_name}


def test_a_member_becomes_the_owner_of_a_draft_too(here: Cast, operator: Member) -> None:
    Community.objects.filter(pk=here.community.pk).update(state="draft")
    handing.hand_over(here.community, by=operator, address=here.member.member.email, reason=WHY)
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).role == "owner"
        members = Membership.objects.active().count()
    assert members == 6
    with pytest.raises(OperatorStaysOut):
        handing.hand_over(here.community, by=operator, address=operator.email, reason=WHY)


# Deleting and cloning


def test_deleting_rests_tells_and_can_be_taken_back_by_the_owner(
    here: Cast, elsewhere: Cast, desk: Client
) -> None:
    path = f"/operator/communities/{here.community.slug}/delete/"
    wrong = desk.post(path, {"name": "Another place", "reason": WHY})
    assert wrong.status_code == 422
    assert b'value="Another place"' in wrong.content
    assert "You" in desk.get(path).content.decode()
    done = desk.post(path, {"name": here.community.name.upper(), "reason": WHY}, follow=True)
    assert "It will be deleted on" in done.content.decode()
    assert (again(here.community).state, again(elsewhere.community).deletes_at) == ("read_only", None)
    (mail,) = delivered()
    assert mail.to == [here.owner.member.email]
    assert WHY in mail.body
    assert mail.subject.endswith("will be deleted in 30 days")
    assert here.url("/manage/close/") in mail.body
    assert desk.post(path, {"name": here.community.name, "reason": WHY}).status_code == 422, "asked already"
    assert [one.pk for one in communities_page(which="leaving").rows] == [here.community.pk]

    journal = here.sign_in(here.owner).get(here.url("/manage/journal/")).content.decode()
    assert "The platform" in journal
    assert WHY in journal
    with here.scope():
        undo(Change.objects.get(act="operator_deletion"), here.owner)
    assert (again(here.community).state, again(here.community).deletes_at) == ("open", None)


def test_the_operator_takes_a_deletion_back_until_it_has_begun(here: Cast, operator: Member) -> None:
    with pytest.raises(NotLeaving):
        deleting.keep(here.community, by=operator, reason=WHY)
    services.suspend_community(here.community, by=operator, reason=WHY)
    deleting.delete_community(here.community, by=operator, reason=WHY, typed=here.community.name)
    (_suspended, mail) = delivered()
    assert "/manage/close/" not in mail.body, "while it is suspended, the owner finds no page there"
    deleting.keep(here.community, by=operator, reason=WHY)
    assert again(here.community).state == "open"
    assert delivered()[-1].subject.endswith("is not deleted")
    deleting.delete_community(here.community, by=operator, reason=WHY, typed=here.community.name)
    Community.objects.filter(pk=here.community.pk).update(deletes_at=timezone.now())
    with pytest.raises(NotInThatState):
        deleting.keep(here.community, by=operator, reason=WHY)
    with pytest.raises(NotAllowed):
        deleting.delete_community(here.community, by=here.owner.member, reason=WHY, typed=here.community.name)
    assert [kind for kind, _reason in reasons()] == ["suspended", "deleted", "kept", "deleted"]


def test_its_owner_reads_every_act_in_the_journal(here: Cast, desk: Client) -> None:
    place = f"/operator/communities/{here.community.slug}"
    for act, data in (
        ("suspend", {}),
        ("resume", {}),
        ("quotas", {"storage": "20"}),
        ("quotas", {"storage": "30"}),
        ("clone", {}),
        ("hand-over", {"address": here.owner.member.email}),
    ):
        assert desk.post(f"{place}/{act}/", {"reason": WHY, **data}).status_code == 302, act
    with here.scope():
        told = list(Change.objects.order_by("id").values_list("act", "by_platform"))
    assert told == [
        (f"operator_{act}", True)
        for act in ("suspended", "resumed", "quotas", "quotas", "cloned", "handed_over")
    ]
    forget_all()
    page = here.sign_in(here.owner).get(here.url("/manage/journal/")).content.decode()
    assert page.count("The platform") == len(told)
    assert "<del>20\xa0MB" in page, "what it was before"


# The list


def test_figures_are_counted_some_hundred_at_once_and_never_walked(
    here: Cast, elsewhere: Cast, operator: Member, queries: Any
) -> None:
    assert count_due(at_most=1) == 1
    assert count_due(at_most=1) == 1
    assert count_due(at_most=1) == 0, "both are fresh"
    figures = CommunityFigures.objects.get(pk=here.community.pk)
    assert figures.owner_id == here.owner.member_id
    assert len(figures.days) == 30
    assert FleetSums.objects.get().numbers["communities"] == 2
    for _number in range(20):
        make_community()
    with queries(most=16):
        assert count_due(at_most=100) == 20


def test_one_finds_communities_by_name_short_name_and_owner(
    here: Cast, elsewhere: Cast, operator: Member
) -> None:
    count_due()
    for words in (here.community.name, here.community.slug, here.owner.member.email):
        assert [one.pk for one in communities_page(words=words).rows] == [here.community.pk]
    services.suspend_community(here.community, by=operator, reason=WHY)
    assert [one.pk for one in communities_page(which="suspended").rows] == [here.community.pk]
    assert [one.pk for one in communities_page(which="open").rows] == [elsewhere.community.pk]
    assert communities_page(which="near").rows == []


def test_the_list_asks_as_often_for_many_as_for_few(here: Cast, desk: Client, queries: Any) -> None:
    count_due()
    desk.get("/operator/")
    with queries(most=16):
        assert desk.get("/operator/").status_code == 200
    for _number in range(30):
        make_community()
    count_due()
    with queries(most=16):
        page = desk.get("/operator/")
    assert b"?after=" in page.content


def test_figures_say_nothing_of_what_is_written(here: Cast, desk: Client) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.owner.pk).update(display_name="Zebulon Quist")
    count_due()
    for path in ("/operator/", f"/operator/communities/{here.community.slug}/"):
        page = desk.get(path).content.decode()
        assert here.owner.member.email in page
        assert "Zebulon" not in page


def test_the_operator_is_led_to_the_list_and_others_find_nothing(here: Cast, desk: Client) -> None:
    assert desk.get("/").headers["Location"] == "/operator/"
    assert here.sign_in(here.owner).get("/operator/").status_code == 404
    assert "/sign-in/" in Client().get("/operator/").headers["Location"]
    header = (
        desk.get("/operator/").content.decode().partition('class="nav bar-only"')[2].partition("</nav>")[0]
    )
    for name in ("Communities", "People", "Jobs", "E-mails", "Backups", "Journal"):
        assert name in header
    assert header.count('aria-current="page"') == 1


def test_scopes_stay_shut_for_the_operators_pages(here: Cast, desk: Client) -> None:
    with community_scope(here.community):
        Membership.objects.filter(pk=here.owner.pk).update(bio="nobody reads this here")
    assert b"nobody reads" not in desk.get(f"/operator/communities/{here.community.slug}/").content


def test_results_are_sums_over_ten_communities_at_least(here: Cast, desk: Client) -> None:
    for number in range(8):
        one = make_community()
        CommunityFigures.objects.create(community=one, benefit=100_000 * (number + 1), cost=50_000)
    with here.scope():
        for side, amount in (("B", 700), ("C", 300)):
            LedgerEntry.objects.create(
                day=timezone.now().date(), side=side, measure="order", confidence="measured", unit_id="A-1",
                amount_minor=amount, low_minor=amount, high_minor=amount, currency="EUR",
            )  # fmt: skip
    count_due()
    figures = CommunityFigures.objects.get(pk=here.community.pk)
    assert (figures.benefit, figures.cost) == (700, 300)
    assert FleetSums.objects.get().results == []
    assert "Fewer than ten" in desk.get("/operator/").content.decode()
    CommunityFigures.objects.create(community=make_community(), benefit=100, cost=0)
    count_due()
    (results,) = FleetSums.objects.get().results
    assert (results["communities"], results["currency"]) == (10, "EUR")
    assert "10 communities with results" in desk.get("/operator/").content.decode()
