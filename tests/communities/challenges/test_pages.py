"""Challenges on pages: opened and entered without scripts, read by whom, at which cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.calendar.items import Window, items_in
from communities.calendar import DAY, today
from communities.challenges.deciding import decide
from communities.challenges.drawing import digest_of
from communities.challenges.judging import assess, invite_juror
from communities.challenges.models import CONTESTS, Assessment, Challenge, Entry, Juror, Vote
from communities.challenges.services import held
from communities.challenges.voting import vote_for
from communities.content.models import Space, Thread
from communities.content.services import approve_post
from communities.launch.features import FEATURES
from communities.limits import without_limits
from communities.memory import forget_all
from communities.models import Community
from moderation.services import add_watch_word
from tests.communities.challenges.making import (
    again,
    enter,
    fresh,
    make_challenge,
    make_contests,
    people_of,
    put_into,
    seat,
)
from tests.conftest import Cast
from tests.factories import make_thread

NEW = {
    "title": "Knots that held",
    "opens_at": "10/01/2030 18:00",
    "closes_at": "20/01/2030 18:00",
    "way": "both",
    "votes_until": "25/01/2030 18:00",
    "result_at": "30/01/2030 18:00",
    "finalists": "3",
    "entries_each": "1",
    "criteria": "Held\nTold",
    "prizes": "A splice\n3 × a tea towel",
    "rules": "One entry each\nYour own picture",
    "body": "<p>One picture of one knot.</p>",
    "body_format": "html",
}


@pytest.fixture
def contests(here: Cast) -> Space:
    with here.scope():
        return make_contests()


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_challenge_is_opened_by_its_dates(here: Cast, contests: Space) -> None:
    client = here.sign_in(here.manager)
    start = here.url("/challenges/in/contests/new/")
    assert client.get(here.url("/challenges/new/")).headers["Location"].endswith(start)
    for wrong, words in (
        ({"closes_at": "10/01/2030 17:00"}, "Entries must close after they open."),
        ({"opens_at": "01/01/2020 18:00", "closes_at": "02/01/2020 18:00"}, "This is in the past."),
        ({"votes_until": "15/01/2030 18:00"}, "Votes must close after entries have closed."),
        ({"votes_until": ""}, "Say until when members vote."),
        ({"result_at": "21/01/2030 18:00"}, "The result must come last."),
        ({"result_at": "25/01/2030 18:00"}, "Leave the jury some time before the result."),
        ({"prizes": ""}, "Say what there is to win"),
        ({"rules": ""}, "Write the rules for taking part."),
        ({"criteria": "\n".join("abcdefg")}, "Six criteria at most"),
        ({"prizes": "101 × soap"}, "At most 100 places can win something."),
    ):
        refused = client.post(start, NEW | wrong)
        assert refused.status_code == 422, wrong
        assert words in refused.content.decode(), wrong
        assert "One picture of one knot." in refused.content.decode()
    assert client.post(start, NEW).status_code == 302
    with here.scope():
        challenge = Challenge.objects.select_related("thread").get()
        assert challenge.thread.state == "published"
        assert (challenge.winning_places, challenge.criteria_list) == (4, ["Held", "Told"])
    page = text_of(Client(), here.url("/challenges/c/knots-that-held/"))
    for words in ("A splice", "One entry each", "Not open yet", "version 1"):
        assert words in page
    form = text_of(client, here.url("/challenges/c/knots-that-held/edit/"))
    assert 'value="10/01/2030 18:00"' in form
    changed = {name: NEW[name] for name in NEW if name not in ("body", "rules")} | {"title": "Knots"}
    assert client.post(here.url("/challenges/c/knots-that-held/edit/"), changed).status_code == 302
    assert client.get(here.url("/challenges/c/knots-that-held/")).status_code == 301
    assert here.sign_in(here.member).get(start).status_code == 403


def test_a_member_enters_without_scripts(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
    client = here.sign_in(here.member)
    enters = client.get(here.url("/challenges/in/contests/enter/"))
    address = here.url("/challenges/c/knots-that-held/enter/")
    assert enters.headers["Location"].endswith(address)
    assert "One entry each" in text_of(client, address)
    sent = {"title": "Rolling hitch", "body": "<p>It took the load.</p>", "body_format": "html", "rules": "1"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "Agree to the rules to take part." in refused.content.decode()
    assert "It took the load." in refused.content.decode()
    stale = client.post(address, sent | {"agrees": "on", "rules": "7"})
    assert "The rules have changed since you opened this page." in stale.content.decode()
    assert client.post(address, sent | {"agrees": "on"}).status_code == 302
    assert "You have sent all entries" in text_of(client, address)
    page = text_of(client, here.url("/challenges/c/knots-that-held/"))
    assert "Rolling hitch" in page
    assert "Withdraw it" in page
    entry = text_of(Client(), here.url("/challenges/e/rolling-hitch/"))
    assert "Knots that held" in entry
    with here.scope():
        row = Entry.objects.get()
    assert client.post(here.url(f"/challenges/c/knots-that-held/withdraw/{row.pk}/")).status_code == 302
    assert "It no longer takes part" in text_of(Client(), here.url("/challenges/e/rolling-hitch/"))
    with here.scope():
        mine = Thread.objects.get(slug="rolling-hitch")
    chosen = {"choose": "1", "thread": str(mine.pk), "agrees": "on", "rules": "1"}
    assert client.post(address, chosen).status_code == 302
    with here.scope():
        assert Entry.objects.get(challenge=challenge).thread_id == mine.pk


def test_votes_are_secret_and_counts_come_with_the_result(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        first, second = enter(here, challenge, here.member, here.ambassador)
        put_into(challenge, "vote")
    client = here.sign_in(here.manager)
    at = here.url("/challenges/c/knots-that-held/")
    assert client.post(f"{at}vote/{first.pk}/").status_code == 302
    assert "It is on:" in text_of(client, at)
    assert (
        client.post(f"{at}vote/{second.pk}/?order=newest")
        .headers["Location"]
        .endswith(f"?order=newest#entry-{second.pk}")
    )
    for reader in (Client(), here.sign_in(here.member), here.sign_in(here.owner)):
        page = text_of(reader, at)
        assert "My vote" not in page
        assert "1 vote<" not in page
    assert here.sign_in(here.member).get(f"{at}figures/").status_code == 403
    few = text_of(here.sign_in(here.owner), f"{at}figures/")
    assert "Votes: 1," in few
    assert "By members who joined since" not in few
    assert (
        "You cannot vote for your own"
        in here.sign_in(here.member).post(f"{at}vote/{first.pk}/", follow=True).content.decode()
    )
    with here.scope():
        assert Vote.objects.get().entry_id == second.pk
        put_into(challenge, "over")
        decide(held(challenge.pk))
    forget_all()
    page = text_of(Client(), at)
    assert "1 vote" in page
    assert "First" in page
    assert here.ambassador.display_name in text_of(Client(), here.url("/challenges/winners/"))


def test_the_jury_answers_marks_and_abstains(here: Cast, contests: Space) -> None:
    with here.scope():
        challenge = make_challenge(here, contests, way="jury", criteria="Held\nTold")
        [entry] = enter(here, challenge, here.member)
    at = here.url("/challenges/c/knots-that-held/")
    manager, juror = here.sign_in(here.manager), here.sign_in(here.ambassador)
    assert juror.get(f"{at}marks/").status_code == 403
    assert "Nobody here has this handle." in manager.post(f"{at}jury/", {"handle": "nobody"}).content.decode()
    assert manager.post(f"{at}jury/", {"handle": f"@{here.ambassador.handle}"}).status_code == 302
    assert "Will you be on the jury?" in text_of(juror, at)
    assert juror.post(f"{at}answer/", {"answer": "yes"}).status_code == 302
    assert here.ambassador.display_name in text_of(Client(), at)
    with here.scope():
        put_into(challenge, "jury")
    sent = {"entry": str(entry.pk), f"e{entry.pk}-mark0": "9", f"e{entry.pk}-mark1": "x"}
    assert juror.post(f"{at}marks/", sent).status_code == 422
    assert juror.post(f"{at}marks/", sent | {f"e{entry.pk}-mark1": "8"}).status_code == 302
    assert 'value="9"' in text_of(juror, f"{at}marks/")
    assert juror.post(f"{at}marks/", {"entry": str(entry.pk), "abstain": "1"}).status_code == 302
    with here.scope():
        assert list(Assessment.objects.values_list("marks", "abstains")) == [([], True)]
    assert "abstains on 1 entry" in text_of(Client(), at)
    for wrong in ("x", "", "9" * 30, "999999"):
        assert juror.post(f"{at}marks/", {"entry": wrong}).status_code == 404


def test_a_draw_shows_its_digest_first_and_its_seed_last(here: Cast, contests: Space) -> None:
    with here.scope():
        prizes = "3 × a splice"
        challenge = make_challenge(here, contests, way="draw", prizes=prizes, entry_kinds=["topic"])
        enter(here, challenge, here.member, here.ambassador)
        talk = make_thread(here.forum, by=here.moderator, title="A hitch for few")
        enter(here, challenge, here.moderator, thread=talk)
    at = here.url("/challenges/c/knots-that-held/draw/")
    before = text_of(Client(), at)
    assert challenge.seed_digest in before
    assert challenge.seed not in before
    file = here.url("/challenges/c/knots-that-held/draw.txt")
    assert Client().get(file).status_code == 404
    with here.scope():
        put_into(challenge, "over")
        decide(held(challenge.pk))
    forget_all()
    after = text_of(Client(), at)
    assert challenge.seed in after
    listing = Client().get(file).content.decode()
    assert digest_of(listing) in after
    assert "A hitch for few" in after
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(audience="team")
    forget_all()
    assert "A hitch for few" not in text_of(Client(), at)


def test_an_entry_waits_for_its_reader_and_a_closed_part_is_found_nowhere(
    here: Cast, contests: Space
) -> None:
    with here.scope():
        challenge = make_challenge(here, contests)
        add_watch_word(by=here.manager, word="barnacle", action="hold")
    forget_all()
    client = here.sign_in(here.manager)
    with here.scope():
        [held_back] = enter(here, challenge, here.member, title="A barnacle")
        assert held_back.thread.state == "pending"
        assert not Entry.objects.counting().exists(), "what waits takes no part"
        approve_post(held_back.thread.opening(), by=here.moderator)
        assert Entry.objects.counting().exists()
    for address in ("/", "/search/?q=knots", "/challenges/feed.xml", "/challenges/in/contests/feed.xml"):
        found = text_of(Client(), here.url(address)).replace("<mark>", "").replace("</mark>", "")
        assert "nots that held" in found, address
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        community.open_features = [one.name for one in FEATURES if one.name != "challenges"]
        community.save()
    forget_all()
    for address in ("", "winners/", "in/contests/", "c/knots-that-held/", "c/knots-that-held/rules/"):
        assert client.get(here.url(f"/challenges/{address}")).status_code == 404, address
    for address in ("/", "/search/?q=knots"):
        page = text_of(client, here.url(address))
        assert "/challenges/" not in page
        assert "Knots that held" not in page


def test_challenges_stand_in_the_editorial_calendar(here: Cast, contests: Space) -> None:
    with here.scope():
        make_challenge(here, contests, opens_at=timezone.now() + DAY)
        day = today(here.community)
        window = Window(here.community, here.manager, day, day + 9 * DAY, timezone.now())
        titles = [item.title for item in items_in(window) if item.group == CONTESTS]
    assert titles == ["Knots that held"]


def test_pages_cost_the_same_with_many_rows(here: Cast, contests: Space) -> None:
    with here.scope(), without_limits():
        challenge = make_challenge(here, contests, way="both", criteria="Held")
        people = people_of(here, 16)
        seat(challenge, here.ambassador, by=here.manager)
        entries = enter(here, challenge, *people[:2])
    at = here.url("/challenges/c/knots-that-held/")
    client = here.sign_in(here.member)

    def cost(address: str) -> int:
        client.get(address)
        forget_all()
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    addresses = (at, f"{at}?order=newest", here.url("/challenges/"), here.url("/challenges/winners/"))
    few = [cost(address) for address in addresses]
    with here.scope(), without_limits():
        entries += enter(here, challenge, *people[2:])
        invite_juror(fresh(challenge), here.moderator, by=here.manager)
        for number in range(4):
            make_challenge(here, contests, title=f"Another {number}")
    # The round is read in one part or, where that is short, in two.
    many = [cost(address) for address in addresses]
    assert [few[0] - many[0] in (0, 1), *many[1:]] == [True, *few[1:]]
    with here.scope(), without_limits():
        put_into(challenge, "vote")
        for voter, entry in zip(people[1:], entries, strict=False):
            vote_for(again(entry), by=voter)
        put_into(challenge, "jury")
        juror = Juror.objects.select_related("challenge__thread__space").get(membership=here.ambassador)
        for entry in entries[:10]:
            assess(juror, again(entry), by=here.ambassador, marks=[7])
    jury = here.sign_in(here.ambassador)
    client = jury
    assert cost(f"{at}marks/") <= 40
    with here.scope():
        put_into(challenge, "over")
        decide(held(challenge.pk))
    assert cost(at) <= few[0] + 12
