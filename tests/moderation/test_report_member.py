"""A member's page: reported like a text, cleared by a person and never by a rule, put back as it was."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.people.queries import profile_mark
from communities.people.services import edit_profile, leave_community
from moderation import permissions, services
from moderation.exceptions import CannotReport, CaseMoved, GroundMissing, ReasonMissing
from moderation.models import AuditEvent, Case, Decision, Report
from moderation.services.reporting import Notifier
from tests.conftest import Cast
from tests.factories import make_membership
from tests.moderation.acts import decide_page, reported_page
from tests.sweeps.world import a_picture

LONG_AGO = timezone.now() - datetime.timedelta(days=400)
SAID = {"headline": "Buy my rope", "place": "Everywhere", "bio": "Call 555, all of you."}


def a_person(**fields: Any) -> Membership:
    return make_membership(**(SAID | {"profile": {"boat": "A stolen one", "interests": ["theft"]}} | fields))


def fresh(person: Membership) -> Membership:
    return Membership.objects.get(pk=person.pk)


def report_path(cast: Cast, person: Membership, door: str = "") -> str:
    return cast.url(f"/report/member/{person.handle}/{door}")


def case_path(cast: Cast, case: Case, act: str = "") -> str:
    return cast.url(f"/moderation/c/{case.ref}/{act}")


def test_a_report_opens_one_case_with_the_page_as_it_was(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador, category="harassment")
        assert (case.kind, case.person, case.author, case.post) == ("report", person, person, None)
        assert case.snapshot["bio"] == SAID["bio"]
        assert case.due_at - case.opened_at == datetime.timedelta(hours=24)
        services.report_member(person, by=here.member, category="minors")
        again = services.report_member(person, by=here.member, category="spam")
        case.refresh_from_db()
        assert (case.report_count, case.severity, again.category) == (2, 4, "minors")
        assert Case.objects.count() == 1


def test_a_case_keeps_the_page_as_it_was_at_its_latest_reports(here: Cast) -> None:
    """One report joins the case that is open; what it is about may be gone before anybody reads it."""
    with here.scope():
        person = a_person()
        reported_page(person, by=here.ambassador)
        other = make_membership()
        for number in range(5):
            edit_profile(fresh(person), by=fresh(person), handle=person.handle, bio=f"Wording {number}.")
            for _twice in range(2):
                services.report_member(fresh(person), by=other, category="spam")
        edit_profile(fresh(person), by=fresh(person), handle=person.handle, bio="I sail.")
        case = Case.objects.get()
        assert case.snapshot["bio"] == SAID["bio"]
        assert [kept["bio"] for kept in case.snapshot["since"]] == [f"Wording {n}." for n in (2, 3, 4)]
    page = here.sign_in(here.moderator).get(case_path(here, case)).content.decode()
    assert re.findall(r"<del>([^<]*\.)</del>", page) == [
        SAID["bio"],
        "Wording 2.",
        "Wording 3.",
        "Wording 4.",
    ]
    assert "<ins>I sail.</ins>" in page
    assert page.count(f"<del>{SAID['headline']}") == 0, "it never changed"
    with here.scope():
        leave_community(fresh(person), by=fresh(person))
        case.refresh_from_db()
        assert case.snapshot == {}


def test_no_weight_takes_a_page_away(here: Cast) -> None:
    with here.scope():
        person = a_person()
        for _reporter in range(5):
            services.report_member(
                person, by=make_membership(joined_at=LONG_AGO, trust_level=4), category="threat"
            )
        case = Case.objects.get()
        assert (case.weight, case.hidden_by_rule_at) == (10.0, None)
        assert fresh(person).bio == SAID["bio"]
        assert not Decision.objects.exists()


def test_what_one_reported_before_and_was_left_weighs_nothing(here: Cast) -> None:
    with here.scope():
        person, reporter = a_person(), make_membership(joined_at=LONG_AGO)
        case = reported_page(person, by=reporter)
        decide_page(case, by=here.moderator, act="approve")
        assert reported_page(person, by=reporter).weight == 0
        Membership.objects.filter(pk=person.pk).update(bio="Something else.")
        decide_page(Case.objects.open().get(), by=here.moderator, act="approve")
        assert reported_page(fresh(person), by=reporter).weight == 1.0


def test_nobody_reports_themselves_or_who_left(here: Cast) -> None:
    with here.scope():
        for by, person in ((here.member, here.member), (here.member, make_membership(status="left"))):
            with pytest.raises(CannotReport):
                services.report_member(person, by=by, category="spam")
    own = here.sign_in(here.member).get(report_path(here, here.member))
    assert own.headers["Location"] == here.url(f"/members/{here.member.handle}/")


def test_the_entry_stands_on_others_pages(here: Cast, client: Client) -> None:
    with here.scope():
        person = a_person()
    page = here.url(f"/members/{person.handle}/")
    for reader in (client, here.sign_in(here.member)):
        assert report_path(here, person) in reader.get(page).content.decode()
    assert report_path(here, person) not in here.sign_in(person).get(page).content.decode()


def test_both_doors_lead_to_a_receipt_and_an_answer(here: Cast, client: Client) -> None:
    with here.scope():
        person = a_person()
    sent = here.sign_in(here.member).post(report_path(here, person), {"category": "harassment"})
    assert sent.status_code == 302
    empty = client.post(report_path(here, person), {})
    assert (empty.status_code, "Say why" in empty.content.decode()) == (422, True)
    notice = {
        "category": "hate",
        "text": "Law 1.",
        "name": "A. Reader",
        "email": "a@example.org",
        "good_faith": "on",
    }
    told = client.post(report_path(here, person, "?door=law"), notice)
    with here.scope():
        assert Report.objects.filter(is_notice=True, reporter=None).count() == 1
        decide_page(Case.objects.get(), by=here.moderator, act="clear")
        line = Notification.objects.get(membership=here.member, kind="report_decided")
    for path in (sent.headers["Location"], told.headers["Location"], here.url(line.path)):
        assert "The profile was cleared." in client.get(path).content.decode()


@pytest.mark.parametrize("status", ["left", "erased", "banned", "suspended", "invited"])
def test_a_page_that_is_not_there_cannot_be_reported(here: Cast, client: Client, status: str) -> None:
    with here.scope():
        person = make_membership(status=status)
    assert client.get(report_path(here, person)).status_code == 404


def test_where_member_pages_are_closed_there_is_nothing_to_report(
    here: Cast, elsewhere: Cast, client: Client
) -> None:
    with here.scope():
        person = a_person()
    assert client.get(report_path(here, person)).status_code == 200
    assert client.get(report_path(elsewhere, person)).status_code == 404
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    assert client.get(report_path(here, person)).status_code == 404
    assert here.sign_in(here.member).post(report_path(here, person), {"category": "spam"}).status_code == 404
    with here.scope():
        assert not Report.objects.exists()


def test_a_cleared_profile_keeps_name_and_handle_and_comes_back(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
        cleared = decide_page(case, by=here.moderator, act="clear", reason="Not like this.")
        now = fresh(person)
        assert (now.headline, now.place, now.bio, now.profile) == ("", "", "", {})
        assert (now.display_name, now.handle) == (person.display_name, person.handle)
        case.refresh_from_db()
        assert (case.state, case.outcome, case.version) == ("resolved", "cleared", 2)
        assert cleared.kept["bio"] == SAID["bio"]
        assert "A stolen one" in cleared.text
        Membership.objects.filter(pk=person.pk).update(headline="I mend sails")
        decide_page(case, by=here.manager, act="restore")
        now = fresh(person)
        assert (now.bio, now.place, now.profile["boat"]) == (SAID["bio"], SAID["place"], "A stolen one")
        assert now.headline == "I mend sails", "what was written since stays"
        assert [event.after for event in AuditEvent.objects.filter(act="decide_case").order_by("id")] == [
            "clear",
            "restore",
        ]


def test_the_picture_leaves_the_public_folder_and_returns(
    here: Cast, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with here.scope():
        person = a_person()
        edit_profile(person, by=person, handle=person.handle, portrait=a_picture())
        picture, case = person.portrait, reported_page(person, by=here.ambassador)
    assert client.get(here.url(f"/media/{picture}")).status_code == 200
    with django_capture_on_commit_callbacks(execute=True), here.scope():
        decide_page(case, by=here.moderator, act="clear")
    assert client.get(here.url(f"/media/{picture}")).status_code == 404
    assert client.get(here.url(f"/media/public/../withdrawn/{picture}")).status_code == 404
    with django_capture_on_commit_callbacks(execute=True), here.scope():
        decide_page(case, by=here.moderator, act="restore")
        assert fresh(person).portrait == picture
    assert client.get(here.url(f"/media/{picture}")).status_code == 200
    assert not default_storage.exists(f"withdrawn/{picture}")


def test_the_person_is_told_with_a_statement(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
        decision = decide_page(case, by=here.moderator, act="clear", reason="Not like this.")
        line = Notification.objects.get(membership=person, kind="decision_made")
        mail = build_mail(here.community, line)
        assert mail is not None
        assert mail.subject == f"Decision about your profile, ref. {decision.ref}"
    reader = here.sign_in(person)
    assert "Decision about your profile" in reader.get(here.url("/notifications/")).content.decode()
    statement = reader.get(here.url(line.path)).content.decode()
    for words in ("Your profile was cleared", "Not like this.", SAID["bio"], "Reports by members"):
        assert words in statement
    assert "Profile cleared" in reader.get(here.url("/me/decisions/")).content.decode()
    assert here.sign_in(here.member).get(here.url(line.path)).status_code == 404
    with here.scope():
        decide_page(case, by=here.moderator, act="restore")
        line = Notification.objects.get(membership=person, kind="post_restored")
        mail = build_mail(here.community, line)
        assert mail is not None
        assert "What your profile said is back" in str(mail.body)
    assert "Your profile is back" in reader.get(here.url(line.path)).content.decode()


def test_left_as_it_is_concerns_reporters_only(here: Cast) -> None:
    with here.scope():
        person = a_person()
        decide_page(reported_page(person, by=here.ambassador), by=here.moderator, act="approve")
        assert not Notification.objects.filter(membership=person).exists()
        assert Notification.objects.filter(membership=here.ambassador, kind="report_decided").count() == 1
        assert fresh(person).bio == SAID["bio"]


def test_a_ground_and_a_reason_are_needed(here: Cast) -> None:
    with here.scope():
        case = reported_page(a_person(), by=here.ambassador)
        with pytest.raises(GroundMissing):
            decide_page(case, by=here.moderator, act="clear", ground="")
        decide_page(case, by=here.moderator, act="clear")
        with pytest.raises(ReasonMissing):
            decide_page(case, by=here.manager, act="restore", reason=" ")


def test_who_decides_about_another_page_than_they_saw_is_told(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
        seen = profile_mark(person)
        Membership.objects.filter(pk=person.pk).update(bio="Something else.")
        with pytest.raises(CaseMoved):
            decide_page(case, by=here.moderator, act="clear", revision=seen)
    sent = {"act": "clear", "version": 1, "revision": seen, "ground": "courtesy", "reason": "Typed by hand."}
    page = here.sign_in(here.moderator).post(case_path(here, case, "decide/"), sent)
    assert (page.status_code, "Typed by hand." in page.content.decode()) == (409, True)
    with here.scope():
        assert fresh(person).bio == "Something else."


def test_who_comes_second_sees_both_decisions(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
        seen = profile_mark(person)
        decide_page(case, by=here.manager, act="approve")
    sent = {"act": "clear", "version": 1, "revision": seen, "ground": "courtesy", "reason": "Typed by hand."}
    page = here.sign_in(here.moderator).post(case_path(here, case, "decide/"), sent).content.decode()
    assert "Clear the profile" in page
    assert "Typed by hand." in page


def test_the_case_shows_then_and_now(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
        Membership.objects.filter(pk=person.pk).update(bio="I sell nothing.")
    moderator = here.sign_in(here.moderator)
    page = moderator.get(case_path(here, case)).content.decode()
    for words in (
        f"<del>{SAID['bio']}</del>",
        "<ins>I sell nothing.</ins>",
        "A stolen one",
        "Clear the profile",
    ):
        assert words in page
    assert "about an earlier text" in page
    assert SAID["headline"] in moderator.get(here.url("/moderation/")).content.decode()


def test_more_cases_and_reports_cost_no_more_queries(here: Cast) -> None:
    moderator, counts = here.sign_in(here.moderator), []
    with here.scope():
        case = reported_page(a_person(), by=here.ambassador)
    for _round in range(2):
        for path in (here.url("/moderation/"), case_path(here, case)):
            forget_all()
            with CaptureQueriesContext(connection) as asked:
                assert moderator.get(path).status_code == 200
            counts.append(len(asked))
        with here.scope():
            for _more in range(6):
                reported_page(a_person(), by=here.ambassador)
                reported_page(case.person, by=make_membership())
    assert counts[:2] == counts[2:]


def test_measures_work_from_such_a_case(here: Cast) -> None:
    with here.scope():
        person = a_person()
        case = reported_page(person, by=here.ambassador)
    moderator = here.sign_in(here.moderator)
    sent = {"measure": "read_only-1", "ground": "courtesy", "reason": "A day of rest."}
    assert moderator.post(case_path(here, case, "sanctions/"), sent).status_code == 302
    with here.scope():
        assert not fresh(person).can_write
        sanction = person.sanctions.get()
        line = Notification.objects.get(membership=person, kind="sanction_started")
    assert "A day of rest." in here.sign_in(person).get(here.url(line.path)).content.decode()
    assert moderator.post(here.url(f"/moderation/sanctions/{sanction.pk}/lift/")).status_code == 302
    with here.scope():
        assert fresh(person).can_write
        assert Notification.objects.filter(membership=person, kind="sanction_ended").exists()


@pytest.mark.parametrize("judge", ["moderator", "manager", "owner"])
def test_nobody_clears_their_own_page_or_an_equal_or_higher_roles(here: Cast, judge: str) -> None:
    with here.scope():
        actor: Membership = getattr(here, judge)
        for role, rank in permissions.RANKS.items():
            case = reported_page(make_membership(role=role), by=here.member)
            higher = rank >= permissions.RANKS[judge]
            assert ("clear" in permissions.decisions_open_to(actor, case, None)) is not higher, role
        own = reported_page(actor, by=here.member)
        assert permissions.decisions_open_to(actor, own, None) == []


def test_a_mailbox_without_an_account_is_one_person(here: Cast) -> None:
    with here.scope():
        person, notifier = a_person(), Notifier("A. Reader", "a@example.org")
        said = {"by": None, "category": "hate", "text": "Law 1.", "is_notice": True}
        first = services.report_member(person, notifier=notifier, **said)
        assert services.report_member(person, notifier=notifier, **said) == first
        assert first.case.severity == 3
