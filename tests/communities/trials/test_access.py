"""Who gets into the private space of a test, and that nothing of it is found by anybody else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from communities.calendar import DAY, today
from communities.content.audiences import may_read, readers_among
from communities.content.exceptions import SpaceError
from communities.content.models import Space
from communities.content.services import revise_thread, start_thread
from communities.content.services.arranging import edit_space
from communities.content.services.forwarding import forward
from communities.content.services.moving import begin_move
from communities.content.services.moving_one import move_thread
from communities.content.services.shelving import delete_space
from communities.content.space_wishes import wishes_of
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.trials.arranging import edit_trial, release, wishes_of_trial
from communities.trials.choosing import choose, remove
from communities.trials.exceptions import NotATester, NotNow, PledgeMoved
from communities.trials.models import Participant, Pledge, Trial
from communities.trials.reporting import report_feedback
from communities.trials.taking_part import accept_pledge, leave
from tests.communities.trials.making import apply_all, make_feedback, make_tester, make_trial, now
from tests.conftest import Cast
from tests.factories import make_reply, make_space

CANARY = "quokkalog"


def reads(trial: Trial, person: Membership) -> bool:
    """By the predicate and by its twin for many, which say the same."""
    known, space = Membership.objects.get(pk=person.pk), Space.objects.get(pk=trial.pk)
    one, many = may_read(known, space), person.pk in readers_among(space, [person.pk])
    assert one == many
    return one


def test_the_door_opens_with_the_text_and_closes_with_leaving(here: Cast) -> None:
    with here.scope():
        trial, person = make_trial(here), here.member
        assert not reads(trial, person)
        apply_all(trial, [person])
        assert not reads(trial, person)
        with pytest.raises(NotATester):
            accept_pledge(trial, 1, by=person)
        make_tester(now(trial), here.ambassador, here, agrees=False)
        assert not reads(trial, here.ambassador)
        with pytest.raises(PledgeMoved):
            accept_pledge(trial, 2, by=here.ambassador)
        assert accept_pledge(trial, 1, by=here.ambassador)
        assert not accept_pledge(trial, 1, by=here.ambassador)
        assert reads(trial, here.ambassador)
        assert not reads(trial, person)
        assert reads(trial, here.moderator)
        assert not reads(trial, here.marketing)
        mine = Participant.objects.get(membership=here.ambassador)
        assert (mine.agreed, mine.agreed_at is not None) == (1, True)
        assert leave(trial, by=here.ambassador)
        assert not leave(trial, by=here.ambassador)
        assert not reads(trial, here.ambassador)


def test_another_text_closes_the_door_until_it_is_accepted(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.member, here)
        said = wishes_of_trial(now(trial))
        same = type(said)(**{**said.__dict__, "places": 3})
        edit_trial(trial.space, same, by=here.manager)
        assert reads(trial, here.member)
        other = type(said)(**{**said.__dict__, "pledge": "I tell nobody at all."})
        edit_trial(trial.space, other, by=here.manager)
        assert not reads(trial, here.member)
        assert Notification.objects.filter(kind="trial_pledge").count() == 1
    asked, client = "has a new confidentiality agreement", here.sign_in(here.member)
    assert asked in client.get(here.url("/notifications/")).content.decode()
    with here.scope():
        assert accept_pledge(trial, 2, by=here.member)
    assert asked not in client.get(here.url("/notifications/")).content.decode(), "nothing is closed any more"
    with here.scope():
        assert reads(trial, here.member)
        assert sorted(Pledge.objects.values_list("number", "text")) == [
            (1, "I keep it to myself."),
            (2, "I tell nobody at all."),
        ]
        with pytest.raises(IntegrityError), transaction.atomic():
            Pledge.objects.filter(number=1).update(text="Something else")


def test_no_form_opens_the_space_to_others(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        wishes = wishes_of(trial.space)
        wider = type(wishes)(**{**wishes.__dict__, "audience": "public"})
        edit_space(trial.space, wider, by=here.owner, community=here.community, sure=True)
        assert Space.objects.get(pk=trial.pk).audience == "testers"


def test_who_is_taken_out_reads_nothing_more_and_is_told(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        mine = make_tester(trial, here.member, here)
        assert remove(trial, mine.pk, by=here.manager)
        assert not remove(trial, mine.pk, by=here.manager)
        assert not reads(trial, here.member)
        told = Notification.objects.filter(membership=here.member, kind="trial_news")
        assert [row.occasion.split()[1] for row in told.order_by("pk")] == ["accepted", "removed"]
        with pytest.raises(NotAllowed):
            make_feedback(trial.space, here.member, here)
        # A slip is put right: chosen again, with the text as accepted before.
        assert choose(trial, [mine.pk], Participant.State.ACCEPTED, by=here.manager).done == 1
        assert reads(trial, here.member)


def test_nothing_of_it_is_found_by_others(here: Cast) -> None:
    """Canaries in the title, the text, a reply, the environment and a release; asked for wherever people look."""
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.ambassador, here)
        thread = make_feedback(
            trial.space, here.ambassador, here, f"{CANARY} sinks", environment=f"{CANARY} phone"
        )
        make_reply(thread, by=here.ambassador, body=f"<p>{CANARY} again @{here.member.handle}</p>")
        release(trial, name=f"{CANARY} 1", changes=CANARY, by=here.manager)
        forget_all()
        path = thread.get_absolute_url()
    inside = here.sign_in(here.ambassador)
    assert CANARY in inside.get(here.url("/trials/t/log-test/")).content.decode()
    places = (
        "/", "/trials/", "/trials/t/log-test/", "/trials/feed.xml", "/trials/t/log-test/feed.xml", "/feed.xml",
        "/search/?q=" + CANARY, f"/u/{here.ambassador.handle}/", "/me/notifications/", "/notifications/",
        "/sitemap.xml", "/calendar/",
    )  # fmt: skip
    for person in (None, here.member, here.marketing):
        client = here.sign_in(person)
        for at in places:
            body = client.get(here.url(at)).content.decode().replace(f"q={CANARY}", "")
            assert body.count(CANARY) <= ("search" in at) * 6, (person, at)
            assert f"{CANARY} sinks" not in body, (person, at)
        assert client.get(path).status_code in (302, 404)
        assert client.post(f"{path}reply/", {"body": "Hello"}).status_code in (302, 404)
    with here.scope():
        leave(trial, by=here.ambassador)
    assert inside.get(path).status_code == 404
    assert CANARY not in inside.get(here.url("/trials/t/log-test/")).content.decode()
    assert CANARY not in inside.get(here.url("/notifications/")).content.decode()


def test_feedback_is_refused_before_the_first_day(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here, starts_on=today(here.community) + DAY)
        make_tester(trial, here.member, here)
        with pytest.raises(NotNow, match="begins on"):
            report_feedback(
                trial.space, by=here.member, community=here.community, title="A", body="B", severity="minor"
            )


def test_a_former_address_says_no_title_to_those_outside(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        make_tester(trial, here.member, here)
        thread = make_feedback(now(trial).space, here.member, here, title="It sinks")
        revise_thread(thread, by=Membership.objects.get(pk=here.member.pk), title=f"It {CANARY}", tags=[])
    forget_all()
    former = here.url("/trials/f/it-sinks/")
    for reader, status in (
        (here.member, 301),
        (here.moderator, 301),
        (here.ambassador, 404),
        (here.marketing, 404),
    ):
        answer = here.sign_in(reader).get(former)
        assert answer.status_code == status, reader
        assert (CANARY in answer.headers.get("Location", "")) == (status == 301), reader
    with here.scope():
        hold = make_space(kind="forum", slug="hold", name="Hold", audience="team")
        start_thread(
            hold, by=here.manager, community=here.community, kind="topic", title=CANARY, body="<p>Cork</p>"
        )
        forward("/forums/t/old/", f"/forums/t/{CANARY}/")
        forward("/some/old/page", f"/forums/t/{CANARY}/")
    forget_all()
    for path in ("/forums/t/old/", "/some/old/page"):
        assert here.sign_in(here.manager).get(here.url(path)).status_code == 301, path
        for reader in (None, here.member):
            assert here.sign_in(reader).get(here.url(path)).status_code == 404, path


def test_what_was_found_stays_in_its_test(here: Cast) -> None:
    """Its testers have accepted one confidentiality agreement, and not that of another test."""
    with here.scope():
        trial, other = make_trial(here), make_trial(here, slug="float-test")
        make_tester(trial, here.member, here)
        thread = make_feedback(now(trial).space, here.member, here)
        with pytest.raises(NotAllowed):
            move_thread(thread, target=other.space, by=here.owner)
        with pytest.raises(SpaceError):
            begin_move(trial.space, other.space, by=here.owner)
        for space in (trial.space, other.space):
            with pytest.raises(SpaceError):
                delete_space(space, by=here.owner, community=here.community)
    owner = here.sign_in(here.owner)
    assert owner.get(here.url(f"/manage/spaces/{trial.pk}/move-threads/")).status_code == 403
    page = owner.get(here.url(f"/manage/spaces/{trial.pk}/delete/")).content.decode()
    assert "which stays in it." in page
    assert "move-threads" not in page
