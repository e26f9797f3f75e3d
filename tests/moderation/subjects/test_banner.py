"""A subject that comes later is one file: reported, held, claimed, decided, stated, told in the journal, undone."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.promotions.models import Banner
from moderation import services
from moderation.exceptions import CannotReport, CaseMoved, GroundMissing, ReasonMissing
from moderation.models import AuditEvent, Case, Decision, Report
from moderation.permissions import RANKS, decisions_open_to
from moderation.services.statements import seen_revision
from moderation.subjects.base import register_subject, subject_of, thing_of
from moderation.subjects.registry import SUBJECTS
from tests.conftest import Cast
from tests.factories import make_membership
from tests.moderation.subjects.banner import TEXT, BannerSubject, make_banner


@pytest.fixture(autouse=True)
def subject() -> Iterator[BannerSubject]:
    banner = BannerSubject()
    register_subject(banner)
    yield banner
    SUBJECTS.unregister(banner.name)


def reported(banner: Banner, *, by: Membership) -> Case:
    services.report_thing(banner, by=by, category="spam")
    found: Case = Case.objects.open().about(banner).get()
    return found


def decide(case: Case, *, by: Membership, act: str, **given: Any) -> Decision:
    """As from a page that was opened now."""
    case = Case.objects.get(pk=case.pk)
    given = {"version": case.version, "revision": seen_revision(case)} | given
    if act == "retire":
        given.setdefault("ground", "courtesy")
    if act == "restore":
        given.setdefault("reason", "We looked again.")
    return services.decide_case(case, by=by, act=act, **given)


def html(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:300]
    return answer.content.decode()


def test_both_doors_open_one_case_and_lead_to_an_answer(here: Cast, client: Client) -> None:
    with here.scope():
        banner = make_banner(make_membership())
    door = here.url(f"/report/banner/{banner.pk}/")
    page = html(here.sign_in(here.member), door)
    assert (TEXT in page, "Buy a mast" in page) == (True, True)
    sent = here.sign_in(here.member).post(door, {"category": "false_information"})
    notice = {"category": "hate", "text": "Law 1.", "name": "A. Reader", "good_faith": "on"}
    told = client.post(f"{door}?door=law", notice | {"email": "a@example.org"})
    assert (sent.status_code, told.status_code) == (302, 302)
    with here.scope():
        case = Case.objects.get()
        assert (case.subject, case.thing_id, case.report_count) == ("banner", banner.pk, 2)
        assert (case.title, case.author) == ("Buy a mast", banner.created_by)
        assert thing_of(case) == banner
        decide(case, by=here.moderator, act="retire")
    for answer in (sent, told):
        assert "The banner was retired." in client.get(answer.headers["Location"]).content.decode()
    with here.scope():
        lines = AuditEvent.objects.filter(case=case).order_by("id").values_list("act", flat=True)
        assert list(lines) == ["open_case", "report_banner", "report_banner", "decide_case"]


def test_the_queue_and_the_case_show_it_and_its_own_act(here: Cast) -> None:
    with here.scope():
        case = reported(make_banner(make_membership()), by=here.member)
    moderator = here.sign_in(here.moderator)
    queue = html(moderator, here.url("/moderation/"))
    for words in ("Buy a mast", TEXT, "Banner", "advertising or spam"):
        assert words in queue
    page = html(moderator, here.url(f"/moderation/c/{case.ref}/"))
    for words in (
        "The banner",
        TEXT,
        "Retire the banner",
        "Its figures stay.",
        'data-key="r"',
        "Who made it",
    ):
        assert words in page
    assert "No rule takes it away: a person decides." in page


def test_it_is_claimed_decided_stated_told_and_undone(here: Cast) -> None:
    with here.scope():
        author = make_membership()
        banner = make_banner(author)
        case = reported(banner, by=here.member)
    moderator, address = here.sign_in(here.moderator), here.url(f"/moderation/c/{case.ref}/")
    assert moderator.post(f"{address}claim/").status_code == 302
    with here.scope():
        case.refresh_from_db()
        assert case.assignee == here.moderator
        sent = {"act": "retire", "version": case.version, "revision": seen_revision(case)}
    without = moderator.post(f"{address}decide/", sent)
    assert (without.status_code, "Choose a rule: the author will be told" in without.content.decode()) == (
        422,
        True,
    )
    said = sent | {"ground": "courtesy", "reason": "Masts come whole."}
    assert moderator.post(f"{address}decide/", said).status_code == 302
    with here.scope():
        case.refresh_from_db()
        banner.refresh_from_db()
        assert banner.archived_at is not None
        assert (case.outcome, case.get_outcome_display(), case.version) == ("retired", "Off the wall", 2)
        decision = Decision.objects.get()
        assert (decision.text, decision.title, decision.get_act_display()) == (TEXT, "Buy a mast", "Retired")
        assert decision.restricts
        assert not decision.is_measure
    statement = html(here.sign_in(author), here.url(f"/me/decisions/{decision.ref}/"))
    for words in ("Your banner was retired", "Nobody sees it any more.", "Masts come whole.", TEXT):
        assert words in statement
    assert "No law is broken." in statement
    assert "Retired" in html(here.sign_in(author), here.url("/me/decisions/"))
    bell = html(here.sign_in(author), here.url("/notifications/"))
    assert f"Decision that concerns you, ref. {decision.ref}" in bell
    assert ("your profile" in bell, "your post" in bell) == (False, False)
    journal = html(here.sign_in(here.manager), here.url("/moderation/journal/"))
    assert ("Decided: Retired" in journal, "Reported" in journal) == (True, True)
    undone = moderator.post(
        f"{address}decide/", sent | {"act": "restore", "version": 2, "reason": "A mistake."}
    )
    assert undone.status_code == 302
    with here.scope():
        banner.refresh_from_db()
        case.refresh_from_db()
        assert (banner.archived_at, case.outcome) == (None, "restored")
        last = Decision.objects.newest().first()
    assert "Your banner is back" in html(here.sign_in(author), here.url(f"/me/decisions/{last.ref}/"))


def test_what_is_held_waits_until_a_person_lets_it_go(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership(), paused_at=timezone.now())
        case = services.open_case(banner, kind=Case.Kind.HELD, reasons=["pre"])
        assert services.open_case(banner, kind=Case.Kind.HELD) == case
        decide(case, by=here.moderator, act="approve")
        banner.refresh_from_db()
        assert banner.paused_at is None
        other = services.open_case(banner, kind=Case.Kind.HELD)
        assert other != case
        assert services.withdraw_cases(banner) == 1
        other.refresh_from_db()
        assert other.outcome == "withdrawn"


def test_the_team_opens_its_case_by_itself(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
    door = f"/moderation/about/banner/{banner.pk}/"
    opened = here.sign_in(here.moderator).post(here.url(door))
    with here.scope():
        case = Case.objects.get()
        assert (case.kind, case.subject, case.thing_id) == ("look", "banner", banner.pk)
    assert opened.headers["Location"] == here.url(f"/moderation/c/{case.ref}/")
    again = here.sign_in(here.manager).post(here.url(door))
    assert again.headers["Location"] == opened.headers["Location"]
    assert here.sign_in(here.member).post(here.url(door)).status_code == 403
    assert elsewhere.sign_in(elsewhere.owner).post(elsewhere.url(door)).status_code == 404
    for unknown in ("/moderation/about/rope/1/", "/moderation/about/post/1/", "/moderation/about/member/x/"):
        assert here.sign_in(here.owner).post(here.url(unknown)).status_code == 404


def test_no_weight_takes_away_what_no_rule_hides(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        for _reporter in range(4):
            reporter = make_membership(joined_at=timezone.now() - datetime.timedelta(days=400), trust_level=4)
            services.report_thing(banner, by=reporter, category="threat")
        case = Case.objects.get()
        assert (case.weight, case.hidden_by_rule_at) == (8.0, None)


def test_the_record_of_its_author_counts_it(here: Cast) -> None:
    with here.scope():
        author = make_membership()
        make_banner(author, archived_at=timezone.now())
        case = reported(make_banner(author), by=here.member)
    page = html(here.sign_in(here.moderator), here.url(f"/moderation/c/{case.ref}/"))
    for words in ("<dt>Posts published</dt><dd>1</dd>", "<dt>Withdrawn by moderation</dt><dd>1</dd>"):
        assert words in page.replace("\n", "")


def test_who_decides_about_other_words_than_they_saw_is_told(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        case = reported(banner, by=here.member)
        seen = seen_revision(case)
        Banner.objects.filter(pk=banner.pk).update(text="Something else.")
        with pytest.raises(CaseMoved):
            decide(case, by=here.moderator, act="retire", revision=seen)
        with pytest.raises(GroundMissing):
            decide(case, by=here.moderator, act="retire", ground="")
        first = decide(case, by=here.moderator, act="retire")
        fresh = Case.objects.get(pk=case.pk)
        again = {"version": 1, "revision": seen_revision(fresh), "ground": "courtesy"}
        assert services.decide_case(fresh, by=here.moderator, act="retire", **again) == first
        with pytest.raises(ReasonMissing):
            decide(case, by=here.manager, act="restore", reason=" ")


def test_lesser_roles_equals_and_oneself_decide_nothing(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        case = reported(banner, by=here.member)
        for role in ("member", "ambassador", "marketing"):
            with pytest.raises(NotAllowed):
                decide(case, by=getattr(here, role), act="retire")
        for role, rank in RANKS.items():
            of_role = reported(make_banner(make_membership(role=role)), by=here.member)
            higher = rank >= RANKS["moderator"]
            assert ("retire" in decisions_open_to(here.moderator, of_role, None)) is not higher, role
        own = reported(make_banner(here.moderator), by=here.member)
        assert decisions_open_to(here.moderator, own, None) == []
        with pytest.raises(CannotReport):
            services.report_thing(thing_of(own), by=here.moderator, category="spam")
        assert Banner.objects.archived().count() == 0
    for role in ("member", "ambassador", "marketing"):
        page = here.url(f"/moderation/c/{case.ref}/")
        html(here.sign_in(getattr(here, role)), page, status=403)


def test_acts_of_other_subjects_do_nothing_to_it(here: Cast) -> None:
    with here.scope():
        case = reported(make_banner(make_membership()), by=here.member)
        for act in ("hide", "remove", "clear", "nonsense"):
            with pytest.raises(NotAllowed):
                decide(case, by=here.owner, act=act, ground="courtesy")
        assert not Decision.objects.exists()


def test_another_community_sees_nothing_of_it(here: Cast, elsewhere: Cast, stranger: Any) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        case = reported(banner, by=here.member)
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/report/banner/{banner.pk}/")).status_code
        == 404
    )
    assert (
        elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/moderation/c/{case.ref}/")).status_code == 404
    )
    client = Client()
    client.force_login(stranger)
    assert client.get(here.url(f"/moderation/c/{case.ref}/")).status_code in (302, 403)
    with elsewhere.scope():
        # The number alone is no way across: read through the scope, there is nothing behind it.
        smuggled = Case.objects.create(
            subject="banner",
            thing_id=banner.pk,
            kind="report",
            title="x",
            due_at=timezone.now(),
            rank_at=timezone.now(),
        )
        assert thing_of(smuggled) is None
        assert decisions_open_to(elsewhere.owner, smuggled, None) == []
    page = html(elsewhere.sign_in(elsewhere.owner), elsewhere.url("/moderation/"))
    assert TEXT not in page


def test_a_closed_feature_has_nothing_to_report(here: Cast, client: Client) -> None:
    with here.scope():
        banner = make_banner(make_membership())
    door = here.url(f"/report/banner/{banner.pk}/")
    assert client.get(door).status_code == 200
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert client.get(door).status_code == 404
    assert here.sign_in(here.member).post(door, {"category": "spam"}).status_code == 404
    with here.scope():
        assert not Report.objects.exists()


def test_what_is_gone_is_gone(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        case = reported(banner, by=here.member)
        Banner.objects.filter(pk=banner.pk).delete()
        assert thing_of(Case.objects.get(pk=case.pk)) is None
    moderator = here.sign_in(here.moderator)
    assert "There is nothing left to decide here." in html(moderator, here.url(f"/moderation/c/{case.ref}/"))
    assert "Buy a mast" in html(moderator, here.url("/moderation/"))


def test_one_case_is_about_one_thing_and_one_is_open(here: Cast) -> None:
    with here.scope():
        banner = make_banner(make_membership())
        case = reported(banner, by=here.member)
        with pytest.raises(IntegrityError, match="case_of_one_thing"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(person=here.member)
        with pytest.raises(IntegrityError, match="case_of_thing_once"), transaction.atomic():
            Case.objects.create(
                subject="banner",
                thing_id=banner.pk,
                kind="report",
                title="x",
                due_at=timezone.now(),
                rank_at=timezone.now(),
            )


def test_more_cases_cost_the_queue_no_more_queries(here: Cast) -> None:
    moderator, counts = here.sign_in(here.moderator), []
    for _round in range(2):
        with here.scope():
            for _more in range(4):
                reported(make_banner(make_membership()), by=here.member)
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            html(moderator, here.url("/moderation/"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_model_of_no_community_is_no_subject() -> None:
    class Nobody(BannerSubject):
        name = "nobody"
        model = Community

    with pytest.raises(TypeError, match="belongs to no community"):
        register_subject(Nobody())


def test_an_act_is_said_in_the_same_words_everywhere() -> None:
    class Loud(BannerSubject):
        name = "loud"
        acts = (dataclasses.replace(BannerSubject.acts[0], done="Yes!"),)

    with pytest.raises(ValueError, match="is said as"):
        register_subject(Loud())
    assert "loud" not in SUBJECTS


def test_the_subject_of_a_case_is_found_by_its_name(here: Cast, subject: BannerSubject) -> None:
    with here.scope():
        assert subject_of(reported(make_banner(make_membership()), by=here.member)) is subject
