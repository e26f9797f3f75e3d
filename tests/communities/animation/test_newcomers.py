"""The welcome desk: who is greeted, how, and by whom first."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.models import Introduction, Welcome
from communities.animation.newcomers import firsts
from communities.animation.newcomers.drafting import draft_for
from communities.animation.newcomers.meeting import suggest_people
from communities.animation.newcomers.queries import arrivals_of, measure_promise
from communities.animation.newcomers.services import SOURCES, introduce
from communities.animation.today.listing import list_today
from communities.content.models import Post
from communities.content.services import date_thread, retire_thread
from communities.content.viewers import viewer_for
from communities.models import Membership
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def aoife(here: Cast) -> Membership:
    """Came an hour ago; everybody else has been here for long."""
    with here.scope():
        make_field("text", "Knows", key="knows")
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        here.community.refresh_from_db()
        return make_membership(
            display_name="Aoife",
            place="Cork",
            profile={"knows": "sail repair, varnish"},
            joined_at=timezone.now() - HOUR,
        )


def arrival(here: Cast, person: Membership, by: Membership) -> Any:
    viewer = viewer_for(here.community, by)
    return arrivals_of([Membership.objects.get(pk=person.pk)], here.community, by, viewer)[0]


def greet(here: Cast, who: Membership, person: Membership, **data: Any) -> Any:
    path = here.url(f"/manage/newcomers/{person.pk}/greet/")
    return here.sign_in(who).post(path, {"how": "note", "words": "Welcome aboard.", **data})


def sources_of(here: Cast, who: Membership) -> list[str]:
    with here.scope():
        day = list_today(here.community, who, minutes=240).day
        return [one.source.name for one in (*day.now, *day.later) if one.source.name in SOURCES]


def test_the_draft_is_made_of_their_own_answers_and_of_nothing_else(here: Cast, aoife: Membership) -> None:
    with here.scope():
        draft = draft_for(arrival(here, aoife, here.manager), by=here.manager, community=here.community)
        assert "Aoife" in draft.words
        assert "sail repair, varnish" in draft.words
        assert "Cork" in draft.words
        assert here.manager.display_name in draft.words
        assert draft.made_of == ("Knows", "Cork")
        silent = make_membership(display_name="Tomasz")
        nothing = draft_for(arrival(here, silent, here.manager), by=here.manager, community=here.community)
        assert nothing.words == ""
    page = here.sign_in(here.manager).get(here.url(f"/manage/newcomers/{aoife.pk}/greet/"))
    assert "sail repair, varnish" in page.text


def test_who_replied_first_is_not_thanked_for_what_another_began(here: Cast, aoife: Membership) -> None:
    with here.scope():
        make_reply(make_thread(here.forum, by=here.member, title="Which twine?"), by=aoife)
        draft = draft_for(arrival(here, aoife, here.manager), by=here.manager, community=here.community)
    assert "I have read what you wrote in “Which twine?”" in draft.words


def test_a_note_is_read_in_the_bell_by_mail_and_on_its_page(here: Cast, aoife: Membership) -> None:
    assert "greetings" in sources_of(here, here.manager)
    assert greet(here, here.manager, aoife, words=" ").status_code == 422
    assert greet(here, here.manager, aoife).status_code == 302
    with here.scope():
        welcome = Welcome.objects.get()
        assert (welcome.greeted_by_id, welcome.how, welcome.words) == (
            here.manager.pk,
            "note",
            "Welcome aboard.",
        )
        Notification.objects.update(mail_due_at=timezone.now())
    assert "greetings" not in sources_of(here, here.manager)
    reader = here.sign_in(aoife)
    assert f"{here.manager.display_name} says hello" in reader.get(here.url("/notifications/")).text
    assert "Welcome aboard." in reader.get(here.url("/me/greeting/")).text
    assert here.sign_in(here.member).get(here.url("/me/greeting/")).status_code == 404


def test_a_reply_to_the_first_text_is_the_greeting(here: Cast, aoife: Membership) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=aoife, title="Furling line chafes")
    assert sources_of(here, here.manager) == ["first-texts"]
    answer = here.sign_in(here.manager).post(
        here.url(f"/today/first-texts/{aoife.pk}/do/"), {"seen": "0", "words": "It is the lead."}
    )
    assert answer.status_code == 302
    with here.scope():
        welcome = Welcome.objects.get()
        assert (welcome.how, welcome.greeted_by_id) == ("reply", here.manager.pk)
        assert Post.objects.get(thread=thread, position=2).author_id == here.manager.pk
        assert not Notification.objects.filter(kind="greeting").exists(), "the reply says it itself"
    assert sources_of(here, here.manager) == []


def test_the_second_is_told_who_was_first_and_can_still_reply(here: Cast, aoife: Membership) -> None:
    with here.scope():
        make_thread(here.forum, by=aoife)
    assert greet(here, here.owner, aoife).status_code == 302
    late = greet(here, here.manager, aoife, words="Hello from me, too.")
    assert late.status_code == 409
    assert f"{here.owner.display_name} was first" in late.text
    assert "Hello from me, too." in late.text
    also = greet(here, here.manager, aoife, words="Hello from me, too.", how="reply", also="on")
    assert also.status_code == 302
    with here.scope():
        assert Welcome.objects.get().greeted_by_id == here.owner.pk
        assert Post.objects.filter(author=here.manager).count() == 1


def test_what_stops_the_second_voice_loses_nothing(here: Cast, aoife: Membership) -> None:
    with here.scope():
        make_thread(here.forum, by=aoife)
    greet(here, here.owner, aoife)
    words = "Hello from me, too. " * 200
    refused = greet(here, here.manager, aoife, words=words, how="reply", also="on")
    assert refused.status_code == 422
    assert words in refused.text
    assert 'name="also" value="on"' in refused.text
    again = greet(here, here.manager, aoife, words="Hello from me, too.", how="reply", also="on")
    assert again.status_code == 302


def test_two_with_something_in_common_are_told_of_each_other(here: Cast, aoife: Membership) -> None:
    with here.scope():
        fergus = make_membership(
            display_name="Fergus", profile={"knows": "Varnish"}, joined_at=timezone.now() - 90 * DAY
        )
        make_reply(make_thread(here.forum), by=fergus)
        viewer = viewer_for(here.community, here.manager)
        [found] = suggest_people(arrival(here, aoife, here.manager), community=here.community, viewer=viewer)
        assert (found.person.pk, found.reason) == (fergus.pk, "Varnish")
    forged = greet(here, here.manager, aoife, meet=[str(here.member.pk)])
    assert forged.status_code == 422, "only who was offered"
    assert greet(here, here.manager, aoife, meet=[str(fergus.pk)]).status_code == 302
    with here.scope():
        assert Introduction.objects.get().reason == "Varnish"
        told = Notification.objects.filter(kind="introduced").values_list("membership_id", flat=True)
        assert set(told) == {aoife.pk, fergus.pk}
    said = here.sign_in(fergus).get(here.url("/notifications/")).text
    assert f"{here.manager.display_name} introduces you to Aoife" in said
    assert "Fergus" in here.sign_in(aoife).get(here.url("/me/greeting/")).text


def test_an_introduction_leads_to_no_page_where_there_are_none(
    here: Cast, aoife: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        introduce(aoife, {here.member.pk: "Cork"}, by=here.manager)
    page = here.url(f"/members/{here.member.handle}/")
    assert f'href="{page}"' in here.sign_in(aoife).get(here.url("/notifications/")).text
    monkeypatch.setattr("communities.animation.notices.is_open", lambda *_asked: False)
    told = here.sign_in(aoife).get(here.url("/notifications/")).text
    assert f"{here.manager.display_name} introduces you to" in told
    assert f'href="{page}"' not in told


def test_in_the_care_of_an_ambassador(here: Cast, aoife: Membership) -> None:
    ambassador, path = here.sign_in(here.ambassador), here.url(f"/manage/newcomers/{aoife.pk}/greet/")
    assert ambassador.get(path).status_code == 404
    assert "Aoife" not in ambassador.get(here.url("/manage/newcomers/")).text
    assign = here.url(f"/manage/newcomers/{aoife.pk}/assign/")
    assert ambassador.post(assign, {"to": here.ambassador.pk}).status_code == 403
    here.sign_in(here.manager).post(assign, {"to": here.ambassador.pk, "was": ""})
    assert "Aoife" in ambassador.get(here.url("/manage/newcomers/")).text
    assert sources_of(here, here.ambassador) == ["greetings"]
    assert "greetings" not in sources_of(here, here.manager), "it is in somebody’s hands"
    with here.scope():
        assert Notification.objects.get(kind="newcomer_given").membership_id == here.ambassador.pk
    here.sign_in(here.owner).post(assign, {"to": "", "was": ""})
    with here.scope():
        assert Welcome.objects.get().looked_after_by_id == here.ambassador.pk, "somebody else had changed it"
    assert greet(here, here.ambassador, aoife).status_code == 302


def test_nobody_is_in_their_own_care(here: Cast, aoife: Membership) -> None:
    with here.scope():
        Membership.objects.filter(pk=aoife.pk).update(role="ambassador")
    assign = here.url(f"/manage/newcomers/{aoife.pk}/assign/")
    told = here.sign_in(here.manager).post(assign, {"to": aoife.pk, "was": ""}, follow=True)
    assert "This person does not welcome newcomers." in told.text
    assert "greetings" in sources_of(here, here.manager)


@pytest.mark.parametrize("change", ["ended", "suspended", "role"])
def test_in_the_care_of_nobody_who_can(here: Cast, aoife: Membership, change: str) -> None:
    path, now = here.url(f"/manage/newcomers/{aoife.pk}/assign/"), timezone.now()
    here.sign_in(here.owner).post(path, {"to": here.moderator.pk, "was": ""})
    assert "greetings" not in sources_of(here, here.manager)
    columns: dict[str, Any] = {
        "ended": {"role_until": now - HOUR, "role_after": "member"},
        "suspended": {"suspended_until": now + DAY},
        "role": {"role": "marketing"},
    }[change]
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(**columns)
    assert "greetings" in sources_of(here, here.manager)


def test_written_to_once_more_and_never_again(here: Cast, aoife: Membership) -> None:
    greet(here, here.manager, aoife)
    assert sources_of(here, here.manager) == []
    with here.scope():
        Membership.objects.filter(pk=aoife.pk).update(joined_at=timezone.now() - 9 * DAY)
    assert sources_of(here, here.manager) == ["quiet-newcomers"]
    path = here.url(f"/manage/newcomers/{aoife.pk}/nudge/")
    client = here.sign_in(here.manager)
    assert client.post(path, {"words": "Is all well?"}).status_code == 302
    again = client.post(path, {"words": "And now?"})
    assert again.status_code == 409
    assert "And now?" in again.text
    assert sources_of(here, here.manager) == []
    assert "Is all well?" in here.sign_in(aoife).get(here.url("/me/greeting/")).text


def test_who_came_back_is_not_written_to_once_more(here: Cast, aoife: Membership) -> None:
    greet(here, here.manager, aoife)
    with here.scope():
        joined = timezone.now() - 9 * DAY
        Membership.objects.filter(pk=aoife.pk).update(joined_at=joined, seen_at=timezone.now())
    path = here.url(f"/manage/newcomers/{aoife.pk}/nudge/")
    refused = here.sign_in(here.manager).post(path, {"words": "Is all well?"})
    assert refused.status_code == 409
    assert "Is all well?" in refused.text
    with here.scope():
        assert Welcome.objects.get().nudged_at is None


@pytest.mark.parametrize("act", ["greet", "nudge"])
def test_who_may_only_read_writes_to_no_newcomer(here: Cast, aoife: Membership, act: str) -> None:
    assign = here.url(f"/manage/newcomers/{aoife.pk}/assign/")
    here.sign_in(here.manager).post(assign, {"to": here.ambassador.pk, "was": ""})
    with here.scope():
        Membership.objects.filter(pk=aoife.pk).update(joined_at=timezone.now() - 9 * DAY)
        Membership.objects.filter(pk=here.ambassador.pk).update(read_only_until=timezone.now() + DAY)
    path = here.url(f"/manage/newcomers/{aoife.pk}/{act}/")
    answer = here.sign_in(here.ambassador).post(path, {"how": "note", "words": "Psst."})
    assert answer.status_code == 403
    with here.scope():
        assert not Notification.objects.filter(membership=aoife).exists()


def test_who_is_shut_out_is_neither_greeted_nor_introduced(here: Cast, aoife: Membership) -> None:
    with here.scope():
        fergus = make_membership(profile={"knows": "Varnish"}, joined_at=timezone.now() - 90 * DAY)
        make_reply(make_thread(here.forum), by=fergus)
        Membership.objects.filter(pk=fergus.pk).update(suspended_until=timezone.now() + DAY)
        viewer, known = viewer_for(here.community, here.manager), arrival(here, aoife, here.manager)
        assert suggest_people(known, community=here.community, viewer=viewer) == []
        assert introduce(aoife, {fergus.pk: "Varnish"}, by=here.manager) == []
        Membership.objects.filter(pk=aoife.pk).update(suspended_until=timezone.now() + DAY)
    assert sources_of(here, here.manager) == []
    assert greet(here, here.manager, aoife).status_code == 404


def test_the_promise_is_measured_with_its_number(here: Cast, aoife: Membership) -> None:
    with here.scope():
        slow = make_membership(joined_at=timezone.now() - 3 * DAY)
        for person, ago, delay in ((aoife, 10 * HOUR, 2 * HOUR), (slow, 2 * DAY, 6 * HOUR)):
            thread = make_thread(here.forum, by=person)
            reply = make_reply(thread, by=here.ambassador)
            began = timezone.now() - ago
            Post.objects.filter(thread=thread, position=1).update(published_at=began)
            Post.objects.filter(pk=reply.pk).update(published_at=began + delay)
        make_thread(here.forum, by=make_membership(joined_at=timezone.now() - HOUR))
        found = measure_promise(viewer_for(here.community, here.manager))
    assert (found.arrived, found.n, found.kept, found.open, found.replied) == (3, 2, 1, 1, 2)
    assert found.share == 50
    assert found.half == 4 * HOUR


def test_the_desk_asks_as_much_for_many_as_for_few(
    here: Cast, aoife: Membership, queries: Callable[..., Any]
) -> None:
    client = here.sign_in(here.manager)
    with here.scope():
        for _number in range(6):
            make_reply(make_thread(here.forum, by=make_membership()), by=here.member)
    client.get(here.url("/manage/newcomers/"))
    with queries(most=16):
        assert client.get(here.url("/manage/newcomers/")).status_code == 200


def test_only_of_this_community_and_of_newcomers(here: Cast, elsewhere: Cast, aoife: Membership) -> None:
    client = elsewhere.sign_in(elsewhere.manager)
    assert client.get(elsewhere.url(f"/manage/newcomers/{aoife.pk}/greet/")).status_code == 404
    assert greet(here, here.manager, here.member).status_code == 404, "not new any more"
    assert greet(here, here.marketing, aoife).status_code == 403
    assert here.sign_in(here.member).get(here.url("/manage/newcomers/")).status_code == 403


def test_a_first_text_that_was_dated_back_waits_since_its_author_came(here: Cast, aoife: Membership) -> None:
    """It had appeared elsewhere, years before: nobody here let anybody wait for years."""
    with here.scope():
        thread = make_thread(here.forum, by=aoife)
        date_thread(thread, by=here.owner, at=timezone.now() - 1000 * DAY)
        came = arrival(here, aoife, here.manager)
        assert came.waits_since == aoife.joined_at
        assert came.limit == aoife.joined_at + 4 * HOUR
        day = list_today(here.community, here.manager, minutes=240).day
        [found] = [one for one in (*day.now, *day.later) if one.source.name == "first-texts"]
        assert found.matter.since == aoife.joined_at
        make_reply(thread, by=here.manager)
        came = arrival(here, aoife, here.manager)
        assert came.delay < 2 * HOUR
        assert measure_promise(viewer_for(here.community, here.manager)).half < 2 * HOUR


def test_what_was_taken_back_is_nobodys_first_text(here: Cast, aoife: Membership) -> None:
    with here.scope():
        first = make_thread(here.forum, by=aoife, title="For sale")
        second = make_thread(here.forum, by=aoife, title="Which varnish?")
        assert arrival(here, aoife, here.manager).text.thread_id == first.pk
        retire_thread(first, by=here.moderator, at=timezone.now())
        assert arrival(here, aoife, here.manager).text.thread_id == second.pk
    assert sources_of(here, here.manager) == ["first-texts"], "who waits is not lost with it"
    with here.scope():
        retire_thread(second, by=here.moderator, at=timezone.now())
        assert arrival(here, aoife, here.manager).text is None
    assert sources_of(here, here.manager) == ["greetings"]


def test_a_first_visit_is_named_by_the_thread_that_it_was_to(
    here: Cast, aoife: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A space, a tag or a person may have the last word of its address in common with a thread."""

    def title(path: str) -> str:
        visit = firsts.FirstVisit(timezone.now(), path, "Google")
        monkeypatch.setattr(
            firsts, "tellers", [firsts.Teller("x", lambda _place, _people: {aoife.pk: visit})]
        )
        viewer = viewer_for(here.community, here.manager)
        return firsts.first_visits_of(here.community, [aoife], viewer)[aoife.pk].title

    with here.scope():
        thread = make_thread(here.forum, by=here.owner, title="Sails")
        assert title(thread.get_absolute_url()) == "Sails"
        assert title(f"/tags/{thread.slug}/") == ""
