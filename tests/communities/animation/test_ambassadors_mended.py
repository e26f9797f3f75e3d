"""Terms where somebody has risen, is away, or was told something before; small numbers; words that are not lost."""

from __future__ import annotations

import pytest
from django.utils import timezone

from communities.animation.ambassadors import joining, kit, programmes, terms
from communities.animation.ambassadors.exceptions import CannotHaveTerm, OfferLapsed, OwnTerm
from communities.animation.ambassadors.models import Charter, KitItem, Programme, Term
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.animation.ambassadors.queries import Shared, came_of
from communities.animation.ambassadors.terms import TermWishes
from communities.animation.models import Handling
from communities.archive.coming.bringing import import_archive
from communities.calendar import DAY, today
from communities.content.models import Post, Thread
from communities.content.services import reply_to
from communities.journal.acts import acts
from communities.journal.models import Change
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from tests.communities.animation.test_ambassadors import WORDS, begun, fresh, wishes
from tests.communities.archive.conftest import exported
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

Rights, State = Term.Rights, Term.State


def test_nobody_decides_on_their_own_term(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        Membership.objects.filter(pk=here.member.pk).update(role="manager", role_until=None)
        risen = fresh(here.member)
        acts_of_theirs = (
            lambda: terms.renew_term(term, by=risen, community=here.community),
            lambda: terms.change_term(term, wishes(here, days=700), by=risen),
            lambda: terms.end_term(term, "", by=risen),
            lambda: terms.thank(term, "Well done, me.", by=risen),
        )
        for act in acts_of_theirs:
            with pytest.raises(OwnTerm):
                act()
        assert Term.objects.get().until == term.until
    address = here.url(f"/manage/ambassadors/terms/{term.pk}/")
    page = here.sign_in(here.member).get(address).text
    assert "Somebody else on the team decides about your own term." in page
    assert f"terms/{term.pk}/renew/" not in page
    assert f"terms/{term.pk}/thank/" not in page
    assert f"terms/{term.pk}/renew/" in here.sign_in(here.manager).get(address).text


def test_no_role_is_given_to_somebody_who_is_out(here: Cast) -> None:
    with here.scope():
        term = begun(here, rights=Rights.MODERATOR)
        Membership.objects.filter(pk=here.member.pk).update(status="banned")
        with pytest.raises(CannotHaveTerm):
            terms.renew_term(term, by=here.manager, community=here.community)
        with pytest.raises(CannotHaveTerm):
            terms.change_term(term, wishes(here, days=700, rights=Rights.MODERATOR), by=here.manager)
        terms.end_term(term, "", by=here.manager)
        assert fresh(here.member).role == "member"


def test_an_application_of_somebody_of_the_team_by_now_is_refused_in_words(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        term = joining.apply(programme, "Me.", by=here.member)
        Membership.objects.filter(pk=here.member.pk).update(role="moderator")
    last = (today(here.community) + 60 * DAY).isoformat()
    client = here.sign_in(here.manager)
    address = here.url(f"/manage/ambassadors/terms/{term.pk}/")
    sent = client.post(f"{address}offer/", {"rights": "ambassador", "until": last})
    assert sent.status_code == 302
    assert "Only active members who are not on the team can be appointed." in client.get(address).text


def test_an_offer_whose_last_day_has_passed_says_so(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        terms.appoint(programme, here.member.handle, wishes(here), by=here.manager)
        Term.objects.update(until=timezone.now() - DAY)
        with pytest.raises(OfferLapsed):
            joining.accept_charter(1, by=here.member)
        joining.withdraw(by=here.member)
        assert joining.apply(programme, "I ask myself.", by=here.member).is_applied


def test_an_offer_that_is_taken_back_is_no_term_that_has_ended(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        term = terms.appoint(programme, here.member.handle, wishes(here), by=here.manager)
        terms.end_term(term, "We have found somebody.", by=here.manager)
    client = here.sign_in(here.member)
    bell = client.get(here.url("/notifications/")).text
    assert "“Harbour friends” has taken its offer back" in bell
    assert "has ended" not in bell
    page = client.get(here.url("/ambassadors/")).text
    assert "The team has taken its offer back." in page
    assert "We have found somebody." in page


def test_a_renewal_does_not_repeat_what_was_said_before(here: Cast) -> None:
    with here.scope():
        term = begun(here, word="Welcome, at last.")
        renewed = terms.renew_term(term, by=here.manager, community=here.community)
        assert (term.answer, renewed.answer) == ("Welcome, at last.", "")


def test_a_word_alone_is_told_and_a_longer_term_asks_for_nothing(here: Cast) -> None:
    with here.scope():
        term = begun(here, days=5)
        joining.ask_to_go_on(by=here.member)
        said = TermWishes(term.until or timezone.now(), term.spaces, term.rights, "See you on Sunday.")
        changed = terms.change_term(term, said, by=here.manager)
        assert changed.goes_on
        told = Notification.objects.filter(membership=here.member, kind="ambassador_news").latest("pk")
        assert told.occasion == f"{term.pk} changed {changed.version}"
        assert not terms.change_term(term, wishes(here, days=90), by=here.manager).goes_on


def test_what_is_refused_keeps_its_words(here: Cast) -> None:
    with here.scope():
        programme = programmes.write_programme("amb", WORDS, by=here.manager)
        joining.apply(programme, "Me.", by=here.member)
        joining.withdraw(by=here.member)
    address = here.url(f"/ambassadors/{programme.pk}/apply/")
    again = here.sign_in(here.member).post(address, {"words": "I have more time now."})
    assert again.status_code == 422
    assert "I have more time now." in again.text
    assert "You have applied within the last 30 days." in again.text


def test_another_end_of_a_line_is_no_other_charter(here: Cast) -> None:
    with here.scope():
        said = ProgrammeWishes("Friends", "Come.", "Be kind.\nBe there.\n")
        programme = programmes.write_programme("amb", said, by=here.manager)
        typed = ProgrammeWishes("Friends", "Come in.", "Be kind.\r\nBe there.")
        assert programmes.edit_programme(programme, typed, by=here.manager).charter == 1
        assert Charter.objects.count() == 1


def test_a_sum_does_not_tell_a_small_number() -> None:
    def said(*visits: int) -> str:
        return came_of([Shared(KitItem(), "", "", n) for n in visits])

    assert said(17, 0) == "17 visits"
    assert said(14, 3) == "more than 14 visits"
    assert said(4, 4) == "more than 4 visits"
    assert said(3, 0) == "fewer than 5 visits"
    assert said(0) == "no visit yet"


def test_the_journal_does_not_call_a_perimeter_that_is_gone_the_whole_community(here: Cast) -> None:
    with here.scope():
        gone = make_space(kind="forum", slug="sails", name="Sails")
        term = begun(here)
        terms.change_term(term, TermWishes(timezone.now() + 30 * DAY, [gone.pk]), by=here.manager)
        gone.delete()
        line = Change.objects.get(act="ambassador_changed")
        shown = acts["ambassador_changed"].shown
        assert shown is not None
        assert shown("spaces", line.after["spaces"]) == "Spaces that are gone"
        assert shown("spaces", []) == "The whole community"


def test_nobody_puts_a_task_off_for_all_others(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        begun(here, make_membership())
        month = today(here.community).replace(day=1)
        task = kit.set_task(term.programme, "Greet three", month, by=here.manager)
    client = here.sign_in(here.member)
    assert "Greet three" in client.get(here.url("/today/?minutes=240")).text
    address = here.url(f"/today/month-tasks/{task.pk}/postpone/")
    assert client.post(address, {"when": "tomorrow", "seen": "0"}).status_code != 404
    with here.scope():
        assert not Handling.objects.filter(source="month-tasks").exists()


def test_what_was_not_marked_is_not_marked_by_moving(here: Cast) -> None:
    with here.scope():
        gone = make_space(kind="forum", slug="sails", name="Sails")
        term = begun(here, rights=Rights.MODERATOR)
        Term.objects.filter(pk=term.pk).update(started_at=timezone.now() - 10 * DAY, spaces=[gone.pk])
        Membership.objects.filter(pk=here.member.pk).update(role_spaces=[gone.pk])
        wide = make_membership()
        begun(here, wide, spaces=False)
        Term.objects.filter(membership=wide).update(started_at=timezone.now() - 10 * DAY)
        thread: Thread = make_thread(here.forum, by=here.owner)
        before = make_reply(thread, by=wide, body="<p>Before.</p>")
        Programme.objects.update(rewarded=True)
        within = reply_to(thread, by=wide, body="<p>Within.</p>")
        assert list(Post.objects.filter(rewarded=True)) == [within]
        assert not Post.objects.get(pk=before.pk).rewarded
        gone.delete()
    path = exported(here.community, here.owner)
    arrival = import_archive(path, slug="copy")
    assert arrival.community is not None
    with community_scope(arrival.community):
        marked = Post.objects.filter(rewarded=True).values_list("body_html", flat=True)
        assert list(marked) == ["<p>Within.</p>"]
        # What was narrow is not wide there.
        person = Membership.objects.get(handle=here.member.handle)
        assert person.role_spaces == [0]
        assert Term.objects.get(membership=person).spaces == [0]
        later = reply_to(
            Thread.objects.get(title=thread.title),
            by=Membership.objects.get(handle=wide.handle),
            body="<p>Later.</p>",
        )
        assert Post.objects.get(pk=later.pk).rewarded
