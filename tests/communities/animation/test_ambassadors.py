"""The ambassadors’ programme: applying, the charter, rights that end, thanks, leaving."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.ambassadors import clock, joining, kit, merging, programmes, terms
from communities.animation.ambassadors.exceptions import (
    AppliedLately,
    CallClosed,
    CannotBeAppointed,
    CharterMoved,
    EndsTooSoon,
    KindTaken,
    NoPerimeter,
    ProgrammeChanged,
    TermMoved,
    TermThere,
)
from communities.animation.ambassadors.models import Charter, Programme, Term, Thanks
from communities.animation.ambassadors.months import day_months_after, end_of, last_day
from communities.animation.ambassadors.permissions import can_apply, can_appoint, can_be_appointed
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.animation.ambassadors.tasks import look_after_terms
from communities.animation.ambassadors.terms import TermWishes
from communities.calendar import DAY, today
from communities.content.audiences import looks_after
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.people.entrusting import set_role, settle_ended_roles
from tests.conftest import Cast
from tests.factories import make_membership, make_space

WORDS = ProgrammeWishes("Harbour friends", "Come and help.", "Be kind.", is_open=True)
Rights, State = Term.Rights, Term.State


def wishes(here: Cast, *, days: int = 90, spaces: bool = True, **more: Any) -> TermWishes:
    until = timezone.now() + days * DAY
    return TermWishes(until, [here.forum.pk] if spaces else [], **more)


def begun(here: Cast, person: Membership | None = None, **more: Any) -> Term:
    """A term under way, of the member unless somebody else is named; in scope."""
    person = person or here.member
    programme = Programme.objects.first() or programmes.write_programme("amb", WORDS, by=here.manager)
    terms.appoint(programme, person.handle, wishes(here, **more), by=here.manager)
    return joining.accept_charter(programme.charter, by=person)


def fresh(person: Membership) -> Membership:
    return Membership.objects.get(pk=person.pk)


def told(person: Membership) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(membership=person).order_by("pk")
    return [(row.kind, row.occasion.split(" ")[1] if " " in row.occasion else "") for row in rows]


def test_an_application_is_decided_and_the_charter_begins_the_term(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        term = joining.apply(programme, "I like to greet people.", by=here.member)
        assert ("ambassador_told", "applied") in told(here.manager)
        assert ("ambassador_told", "applied") in told(here.owner)
        terms.offer_term(term, wishes(here, word="Gladly."), by=here.manager)
        assert fresh(here.member).role == "member", "nothing before the charter"
        assert ("ambassador_news", "offered") in told(here.member)
        term = joining.accept_charter(1, by=here.member)
        person = fresh(here.member)
        assert (person.role, person.role_until, term.charter) == ("ambassador", term.until, 1)
        assert term.accepted_at == term.started_at
        assert ("ambassador_told", "begun") in told(here.manager)
        acts = list(Change.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["programme_written", "ambassador_offered", "ambassador_begun"]


def test_a_declined_application_is_told_with_a_word_and_rests(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        term = joining.apply(programme, "Me.", by=here.member)
        term = terms.decline_term(term, "Not this time.", by=here.manager)
        assert (term.state, term.answer) == (State.DECLINED, "Not this time.")
        assert ("ambassador_news", "declined") in told(here.member)
        with pytest.raises(AppliedLately):
            joining.apply(programme, "Me again.", by=here.member)
        Term.objects.update(created_at=timezone.now() - 31 * DAY)
        assert joining.apply(programme, "Me again.", by=here.member).is_applied
    page = here.sign_in(here.member).get(here.url("/ambassadors/")).text
    assert "has not answered yet" in page


def test_what_applies_once_and_while_the_call_is_open(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        joining.apply(programme, "Me.", by=here.member)
        with pytest.raises(TermThere):
            joining.apply(programme, "Me.", by=here.member)
        with pytest.raises(TermThere):
            terms.appoint(programme, here.member.handle, wishes(here), by=here.manager)
        joining.withdraw(by=here.member)
        with pytest.raises(TermMoved):
            joining.withdraw(by=here.member)
        with pytest.raises(NotAllowed):
            joining.apply(programme, "Me.", by=here.moderator)
        Programme.objects.update(is_open=False)
        with pytest.raises(CallClosed):
            joining.apply(programme, "Me.", by=here.ambassador)


def test_who_may_apply_and_be_appointed(here: Cast) -> None:
    with here.scope():
        people = {
            role: getattr(here, role) for role in ("member", "ambassador", "moderator", "manager", "owner")
        }
        assert [role for role, one in people.items() if can_apply(one)] == ["member", "ambassador"]
        assert [role for role, one in people.items() if can_be_appointed(one)] == ["member", "ambassador"]
        assert can_appoint(here.manager, here.member)
        assert not can_appoint(here.marketing, here.member)
        Membership.objects.filter(pk=here.member.pk).update(read_only_until=timezone.now() + DAY)
        assert not can_apply(fresh(here.member))
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        with pytest.raises(CannotBeAppointed):
            terms.appoint(programme, here.moderator.handle, wishes(here), by=here.owner)


def test_moderating_the_perimeter_ends_with_the_term_and_by_hand(here: Cast) -> None:
    with here.scope():
        other = make_space(kind="forum", slug="sails", name="Sails")
        with pytest.raises(NoPerimeter):
            begun(here, spaces=False, rights=Rights.MODERATOR)
        term = begun(here, rights=Rights.MODERATOR)
        person = fresh(here.member)
        assert looks_after(person, here.forum.pk)
        assert not looks_after(person, other.pk)
        terms.end_term(term, "Thank you.", by=here.manager)
        person = fresh(here.member)
        assert (person.role, person.role_spaces, person.role_until) == ("member", [], None)


def test_the_clock_ends_the_rights_whether_or_not_a_job_has_run(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        past = timezone.now() - datetime.timedelta(minutes=1)
        Term.objects.filter(pk=term.pk).update(until=past, started_at=past - DAY)
        Membership.objects.filter(pk=here.member.pk).update(role_until=past)
        assert fresh(here.member).role == "member"
        assert not Term.objects.get(pk=term.pk).is_running
    assert look_after_terms() == 1
    assert look_after_terms() == 0
    with here.scope():
        term = Term.objects.get(pk=term.pk)
        assert (term.state, term.ended_at) == (State.ENDED, past)
        assert ("ambassador_news", "ended") in told(here.member)
        settle_ended_roles()
        assert fresh(here.member).role == "member"


def test_whoever_holds_as_much_keeps_it_before_and_after(here: Cast) -> None:
    with here.scope():
        begun(here, here.ambassador)
        assert fresh(here.ambassador).role_until is None
        joining.leave(by=here.ambassador)
        assert fresh(here.ambassador).role == "ambassador"


def test_a_role_given_since_is_not_taken_away(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        set_role(here.member, "moderator", by=here.owner)
        terms.end_term(term, "", by=here.manager)
        assert fresh(here.member).role == "moderator"


def test_both_sides_are_told_of_the_end_once_and_one_press_renews(here: Cast) -> None:
    with here.scope():
        term = begun(here, days=20)
        assert clock.work_off(here.community) == 0
        soon = timezone.now() + 10 * DAY
        Term.objects.filter(pk=term.pk).update(until=soon)
        Membership.objects.filter(pk=here.member.pk).update(role_until=soon)
        assert clock.work_off(here.community) == 1
        assert clock.work_off(here.community) == 0
        kinds = [kind for kind, _what in told(here.member)]
        assert kinds.count("term_ends") == 1
        assert [kind for kind, _what in told(here.manager)].count("team_term_ends") == 1
        joining.ask_to_go_on(by=here.member)
        assert ("ambassador_told", "goes") in told(here.manager)
        term = terms.renew_term(term, by=here.manager, community=here.community)
        assert term.until is not None
        expected = day_months_after(last_day(soon, here.community), 6)
        assert last_day(term.until, here.community) == expected
        assert (term.goes_on, term.end_told) == (False, False)
        person = fresh(here.member)
        assert (person.role, person.role_until) == ("ambassador", term.until)
        assert ("ambassador_news", "renewed") in told(here.member)
        with pytest.raises(TermMoved):
            joining.ask_to_go_on(by=here.member)


def test_a_changed_perimeter_is_told_and_another_form_is_refused(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        version = term.version
        other = make_space(kind="forum", slug="sails", name="Sails")
        said = TermWishes(timezone.now() + 30 * DAY, [other.pk], Rights.MODERATOR)
        term = terms.change_term(term, said, by=here.manager, version=version)
        person = fresh(here.member)
        assert (person.role, person.role_spaces, person.role_until) == ("moderator", [other.pk], term.until)
        assert ("ambassador_news", "changed") in told(here.member)
        with pytest.raises(ProgrammeChanged):
            terms.change_term(term, said, by=here.manager, version=version)
        with pytest.raises(EndsTooSoon):
            terms.change_term(term, TermWishes(timezone.now() - DAY), by=here.manager)
        # What is gone stays narrow.
        gone = other.pk
        other.delete()
        term = terms.change_term(
            term, TermWishes(timezone.now() + 30 * DAY, [gone], Rights.AMBASSADOR), by=here.manager
        )
        assert term.spaces == [gone]


def test_another_charter_is_another_version_and_is_asked_for_again(here: Cast) -> None:
    with here.scope():
        begun(here)
        programme = Programme.objects.get()
        other = ProgrammeWishes("Harbour friends", "Come and help.", "Be kinder.", is_open=True)
        programme = programmes.edit_programme(programme, other, by=here.manager, version=1)
        assert (programme.charter, Charter.objects.count()) == (2, 2)
        with pytest.raises(ProgrammeChanged):
            programmes.edit_programme(programme, other, by=here.manager, version=1)
        with pytest.raises(KindTaken):
            programmes.write_programme("amb", WORDS, by=here.manager)
        programmes.write_programme("inf", WORDS, by=here.manager)
    client = here.sign_in(here.member)
    page = client.get(here.url("/ambassadors/")).text
    assert "The charter has changed since you accepted it." in page
    assert "Be kind." in page
    assert "Be kinder." in page
    with here.scope(), pytest.raises(CharterMoved):
        joining.accept_charter(1, by=here.member)
    client.post(here.url("/ambassadors/accept/"), {"charter": "2"})
    with here.scope():
        assert Term.objects.get().charter == 2


def test_thanks_are_in_the_bell_and_on_their_page(here: Cast) -> None:
    with here.scope():
        term = begun(here)
    sent = here.sign_in(here.manager).post(
        here.url(f"/manage/ambassadors/terms/{term.pk}/thank/"), {"thanks-words": "You saved my Sunday."}
    )
    assert sent.status_code == 302
    with here.scope():
        assert Thanks.objects.get().by == here.manager
    client = here.sign_in(here.member)
    bell = client.get(here.url("/notifications/")).text
    assert f"{here.manager.display_name} thanks you" in bell
    assert "You saved my Sunday." in client.get(here.url("/ambassadors/")).text


def test_one_leaves_at_any_time_and_the_team_is_told(here: Cast) -> None:
    with here.scope():
        begun(here, rights=Rights.MODERATOR)
    client = here.sign_in(here.member)
    assert "You need not give a reason" in client.get(here.url("/ambassadors/leave/")).text
    assert client.post(here.url("/ambassadors/leave/")).status_code == 302
    with here.scope():
        assert Term.objects.get().state == State.LEFT
        assert fresh(here.member).role == "member"
        assert ("ambassador_told", "left") in told(here.manager)
    assert client.get(here.url("/kit/")).status_code == 404
    assert client.get(here.url("/ambassadors/leave/")).status_code == 404


def test_the_pages_of_the_team_decide_and_say_what_is_wrong(here: Cast) -> None:
    client = here.sign_in(here.manager)
    form = {"kind": "amb", "name": "Friends", "call": "Come.", "charter": "Be kind.", "months": "6"}
    assert client.post(here.url("/manage/ambassadors/new/"), form | {"months": "99"}).status_code == 422
    assert client.post(here.url("/manage/ambassadors/new/"), form | {"is_open": "on"}).status_code == 302
    with here.scope():
        programme = Programme.objects.get()
        term = joining.apply(programme, "I like to greet.", by=here.member)
        day = end_of(today(here.community) + 60 * DAY, here.community)
    desk = here.url(f"/manage/ambassadors/{programme.pk}/")
    one = here.url(f"/manage/ambassadors/terms/{term.pk}/")
    assert here.member.display_name in client.get(desk).text
    assert "I like to greet." in client.get(one).text
    wanted = {"rights": "moderator", "until": last_day(day, here.community).isoformat(), "word": "Gladly."}
    refused = client.post(f"{one}offer/", wanted)
    assert refused.status_code == 422
    assert "Choose the spaces that they look after." in refused.text
    assert "Gladly." in refused.text
    assert client.post(f"{one}offer/", wanted | {"spaces": [here.forum.pk]}).status_code == 302
    with here.scope():
        term = Term.objects.get()
        assert (term.state, term.until, term.spaces) == (State.OFFERED, day, [here.forum.pk])
    unknown = client.post(f"{desk}appoint/", wanted | {"handle": "nobody-here", "spaces": [here.forum.pk]})
    assert unknown.status_code == 422
    assert "@nobody-here" in unknown.text
    moved = client.post(f"{one}change/", wanted | {"spaces": [here.forum.pk], "version": term.version - 1})
    assert moved.status_code == 409


def test_other_people_and_places_see_nothing_of_it(here: Cast, elsewhere: Cast, stranger: Any) -> None:
    with here.scope():
        term = begun(here)
    one = f"/manage/ambassadors/terms/{term.pk}/"
    for person, status in ((here.member, 403), (here.moderator, 403), (here.marketing, 403)):
        assert here.sign_in(person).get(here.url(one)).status_code == status
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(one)).status_code == 404
    assert here.sign_in(elsewhere.owner).get(here.url(one)).status_code == 302
    assert here.sign_in(None).get(here.url(one)).status_code == 302
    with elsewhere.scope():
        assert not Term.objects.exists()


def test_a_closed_part_is_found_nowhere(here: Cast) -> None:
    with here.scope():
        begun(here)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
        forget_all()
        with pytest.raises(NotAllowed):
            joining.apply(Programme.objects.get(), "Me.", by=here.ambassador)
    client = here.sign_in(here.member)
    for path in ("/ambassadors/", "/kit/", "/ambassadors/leave/"):
        assert client.get(here.url(path)).status_code == 404
    assert "/ambassadors/" not in client.get(here.url("/notifications/")).text


def test_of_two_memberships_one_term_stays_open(here: Cast) -> None:
    with here.scope():
        twin = make_membership()
        running = begun(here)
        programme = Programme.objects.get()
        applied = joining.apply(programme, "Me.", by=twin)
        month = today(here.community).replace(day=1)
        task = kit.set_task(programme, "Greet two", month, by=here.manager)
        kit.tick_task(task, by=here.member, done=True)
        merging.move_terms(twin.pk, here.member.pk)
        merging.move_tasks(twin.pk, here.member.pk)
        assert {term.pk: term.state for term in Term.objects.filter(membership=twin)} == {
            running.pk: State.RUNNING,
            applied.pk: State.WITHDRAWN,
        }


def test_the_list_costs_the_same_for_many(here: Cast) -> None:
    with here.scope():
        begun(here)
        programme = Programme.objects.get()
    client, desk = here.sign_in(here.manager), here.url(f"/manage/ambassadors/{programme.pk}/")

    def cost() -> int:
        client.get(desk)
        forget_all()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(desk).status_code == 200
        return len(queries)

    one = cost()
    with here.scope():
        for _number in range(4):
            begun(here, make_membership())
    assert cost() == one
