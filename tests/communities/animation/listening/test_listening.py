"""The pages of listening: who may, what is done with a mention, what Today and the figures say."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.animation.listening import answering, services
from communities.animation.listening.exceptions import NameTaken, NotColleague, NotPlanned, TooMany
from communities.animation.listening.feeds import Said
from communities.animation.listening.figures import (
    counts_between,
    limit_of,
    spikes_between,
    spikes_now,
    voices,
)
from communities.animation.listening.matters import MoreIsSaid, RepliesElsewhere
from communities.animation.listening.models import Mention, MentionDay, MentionSource, TrackedName
from communities.animation.listening.reading import count_old
from communities.animation.listening.taking import match_again, take
from communities.animation.today.matters import Scope
from communities.calendar import DAY, moment_at, today
from communities.exceptions import FieldError, NotAllowed
from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Community
from communities.queries import communities_by_question
from tests.conftest import Cast

NOON = datetime.time(12)
LIST = "/manage/listening/"


@pytest.fixture
def source(here: Cast) -> MentionSource:
    with here.scope():
        services.track_name("Halyard", ["the rope makers"], rival=False, by=here.manager)
        services.track_name("Bowline", [], rival=True, by=here.manager)
        return services.open_hook("Watcher", by=here.manager)[0]


def tell(here: Cast, source: MentionSource, name: str, n: int, back: int = 0) -> None:
    """So many mentions of a name, so many days ago."""
    at = min(moment_at(today(here.community) - DAY * back, NOON, here.community), timezone.now())
    start = Mention.objects.count()
    take(
        source, [Said(f"{name} {start + one}", f"{name}, part {start + one}", said_at=at) for one in range(n)]
    )


def page(here: Cast, client: Client, path: str = LIST) -> str:
    answer = client.get(here.url(path))
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_list_is_narrowed_by_name_source_state_and_whose(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 2)
        tell(here, source, "Bowline", 1)
        rival = TrackedName.objects.get(rival=True)
        first, second, _third = Mention.objects.order_by("pk")
        answering.assign(first, here.marketing, by=here.manager)
        answering.hide(second, by=here.manager)
    client = here.sign_in(here.marketing)
    text = page(here, client)
    assert first.title in text
    assert second.title not in text
    assert "Bowline, part 2" in text
    assert first.title not in page(here, client, f"{LIST}?name={rival.pk}")
    assert second.title in page(here, client, f"{LIST}?state=hidden")
    assert first.title in page(here, client, f"{LIST}?whose=mine")
    assert "Bowline, part 2" not in page(here, client, f"{LIST}?whose=mine")
    assert first.title in page(here, client, f"{LIST}?source={source.pk}")
    assert first.title in page(here, client, f"{LIST}?name=x&source=99&state=y&whose=z&after=q"), "no sense"


def test_long_lists_go_on_where_a_page_ends(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 35)
    client, seen, path = here.sign_in(here.manager), [], LIST
    while path:
        rows = client.get(here.url(path)).context["page"]
        seen += [one.pk for one in rows.rows]
        path = f"{LIST}?after={rows.older}" if rows.older else ""
    assert len(seen) == len(set(seen)) == 35


def test_noise_is_hidden_and_comes_back(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 1)
        mention = Mention.objects.get()
    client = here.sign_in(here.manager)
    answer = client.post(here.url(f"{LIST}{mention.pk}/hide/"), follow=True)
    assert "is hidden, and no longer counts." in answer.content.decode()
    with here.scope():
        assert counts_between(here.community, today(here.community) - DAY, today(here.community)) == {}
    client.post(here.url(f"{LIST}{mention.pk}/show/"))
    with here.scope():
        assert Mention.objects.get().state == "seen"
        assert counts_between(here.community, today(here.community) - DAY, today(here.community))


def test_a_reply_is_planned_on_today_until_it_was_given(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 1)
        mention = Mention.objects.get()
    client = here.sign_in(here.manager)
    now, path = today(here.community), here.url(f"{LIST}{mention.pk}/reply/")
    assert client.post(path, {"day": (now - DAY).isoformat()}).status_code == 422
    assert client.post(path, {"day": "soon"}).status_code == 422
    sent = {"day": now.isoformat(), "to": str(here.marketing.pk)}
    assert client.post(path, sent).status_code == 302

    def due() -> list[str]:
        with here.scope():
            scope = Scope(here.community, here.manager, timezone.now())
            return [matter.key for matter in RepliesElsewhere().due(scope, 10)]

    assert due() == [str(mention.pk)]
    client.post(here.url(f"{LIST}{mention.pk}/reply/given/"))
    assert due() == []
    client.post(here.url(f"{LIST}{mention.pk}/reply/again/"))
    assert due() == [str(mention.pk)]
    client.post(here.url(f"{LIST}{mention.pk}/reply/call-off/"))
    assert due() == []
    with here.scope(), pytest.raises(NotPlanned):
        answering.mark_replied(mention, by=here.manager)
    with here.scope():
        assert Mention.objects.get().assignee_id == here.marketing.pk
        with pytest.raises(NotColleague):
            answering.assign(mention, here.member, by=here.manager)
        with pytest.raises(FieldError):
            answering.plan_reply(mention, now + DAY * 91, to=None, by=here.manager, community=here.community)
        answering.hide(mention, by=here.manager)
        answering.plan_reply(mention, now, to=None, by=here.manager, community=here.community)
    assert due() == [str(mention.pk)], "what is to be answered is no noise"


@pytest.mark.parametrize(
    ("before", "usual", "limit"), [([0] * 28, 0, 3), ([1] * 28, 1, 4), ([4] * 28, 4, 10), ([], 0, 3)]
)
def test_the_rule_of_a_spike_is_as_it_is_said(before: list[int], usual: float, limit: float) -> None:
    assert limit_of(before) == (usual, limit)


def listened_since(back: int) -> None:
    """As if names and sources had been there for so many days."""
    at = timezone.now() - DAY * back
    TrackedName.objects.update(created_at=at)
    MentionSource.objects.update(created_at=at)


@pytest.mark.parametrize(("days", "is_spike"), [(0, False), (5, False), (8, True)])
def test_without_days_to_compare_with_there_is_no_spike(
    here: Cast, source: MentionSource, days: int, is_spike: bool
) -> None:
    with here.scope():
        listened_since(days)
        tell(here, source, "Halyard", 20)
        assert bool(spikes_now(here.community)) is is_spike


def test_days_on_which_nothing_could_be_heard_are_not_quiet_ones(here: Cast, source: MentionSource) -> None:
    with here.scope():
        listened_since(10)
        brand, now = TrackedName.objects.get(rival=False), today(here.community)
        for back in range(1, 9):
            MentionDay.objects.create(day=now - DAY * back, name=brand, n=6)
        tell(here, source, "Halyard", 7)
        assert spikes_between(here.community, [brand], now, now) == [], "six a day are usual, and not two"
        TrackedName.objects.update(created_at=timezone.now())
        assert spikes_between(here.community, [brand], now - DAY, now) == [], (
            "nor with what was told of before"
        )


def test_a_spike_shows_on_today_with_its_numbers(here: Cast, source: MentionSource) -> None:
    with here.scope():
        listened_since(40)
        tell(here, source, "Halyard", 4)
        assert spikes_now(here.community) == [], "fewer than five are none"
        tell(here, source, "Halyard", 2)
        [spike] = spikes_now(here.community)
        assert (spike.n, spike.usual, spike.limit) == (6, 0, 3)
        [matter] = MoreIsSaid().due(Scope(here.community, here.manager, timezone.now()), 10)
        assert "“Halyard” was named 6 times" in matter.title
        assert "usual is 0.0 a day, and more than 3.0 is a spike" in matter.title
        brand = TrackedName.objects.get(rival=False)
        for back in range(1, 29):
            MentionDay.objects.create(day=today(here.community) - DAY * back, name=brand, n=4)
        now = today(here.community)
        assert spikes_between(here.community, [brand], now, now) == [], (
            "usual by now: 4 a day, 10 would be more"
        )
    assert "Share of voice" in page(here, here.sign_in(here.manager), f"{LIST}figures/")


def test_share_of_voice_says_n_and_its_interval(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 30)
        tell(here, source, "Bowline", 9)
        take(source, [Said("both", "Halyard and Bowline")])
        names = list(TrackedName.objects.living())
        now = today(here.community)
        found = voices(names, counts_between(here.community, now - DAY * 27, now), now - DAY * 27)
        assert [(one.name.name, one.n, one.of, one.share) for one in found] == [
            ("Halyard", 31, 41, 76),
            ("Bowline", 10, 41, 24),
        ]
        assert found[0].ends == (61, 86)
    text = page(here, here.sign_in(here.marketing), f"{LIST}figures/")
    assert "76% (61 to 86%)" in text


def test_names_are_kept_dropped_and_taken_back(here: Cast) -> None:
    client = here.sign_in(here.manager)
    path = here.url(f"{LIST}names/")
    assert (
        client.post(path, {"name": "Halyard", "words": "the rope makers\nHalyard\n\nHal"}).status_code == 302
    )
    with here.scope():
        row = TrackedName.objects.get()
        assert row.words == ["the rope makers", "Hal"]
        with pytest.raises(NameTaken):
            services.track_name("Halyard", [], rival=True, by=here.manager)
    assert client.post(path, {"name": "Halyard"}).status_code == 422
    refused = client.post(path, {"name": "B", "words": "x\n" * 21})
    assert (refused.status_code, refused.content.count(b"autofocus")) == (422, 1)
    edited = {"name": "Halyard Ltd", "words": "Hal", "rival": "on"}
    assert client.post(here.url(f"{LIST}names/{row.pk}/"), edited).status_code == 302
    client.post(here.url(f"{LIST}names/{row.pk}/drop/"))
    assert "Listen for it again" in page(here, client, f"{LIST}names/")
    client.post(here.url(f"{LIST}names/{row.pk}/take-back/"))
    with here.scope():
        assert [(one.name, one.rival) for one in TrackedName.objects.living()] == [("Halyard Ltd", True)]
        services.drop_name(row, by=here.manager)
        again = services.track_name("Halyard Ltd", ["x"], rival=False, by=here.manager)
        assert again.pk == row.pk, "it goes on with what it had"
        for n in range(19):
            services.track_name(f"Name {n}", [], rival=True, by=here.manager)
        with pytest.raises(TooMany):
            services.track_name("One more", [], rival=True, by=here.manager)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "news",
        "http://localhost/feed",
        "http://10.0.0.1/",
        "https://a:b@news.example.com/",
        "ftp://x.example.com/",
    ],
)
def test_only_a_feed_of_the_open_web_can_be_added(here: Cast, address: str) -> None:
    client = here.sign_in(here.manager)
    sent = {"name": "News", "address": address}
    answer = client.post(here.url(f"{LIST}sources/feeds/"), sent)
    assert (answer.status_code, answer.content.count(b"autofocus")) == (422, 1)
    with here.scope():
        assert not MentionSource.objects.exists()
    fine = {"name": "News", "address": "https://news.example.com/feed"}
    assert client.post(here.url(f"{LIST}sources/feeds/"), fine).status_code == 302
    assert client.post(here.url(f"{LIST}sources/feeds/"), fine).status_code == 422


def test_a_source_that_was_removed_goes_on_where_it_was(here: Cast) -> None:
    with here.scope():
        feed = services.add_feed("News", "https://news.example.com/feed", by=here.manager)
        services.remove_source(feed, by=here.manager)
        assert MentionSource.objects.get().due_at is None
        again = services.add_feed("News", "https://news.example.com/feed", by=here.manager)
    client = here.sign_in(here.manager)
    client.post(here.url(f"{LIST}sources/{feed.pk}/take-back/"))
    with here.scope():
        assert MentionSource.objects.living().get().pk == again.pk, "it is read already"
        services.remove_source(again, by=here.manager)
        services.take_source_back(feed, by=here.manager)
        assert MentionSource.objects.living().get().due_at is not None


@pytest.mark.parametrize("role", ["member", "ambassador", "moderator"])
def test_others_neither_read_nor_act(here: Cast, source: MentionSource, role: str) -> None:
    person = getattr(here, role)
    with here.scope():
        tell(here, source, "Halyard", 1)
        mention = Mention.objects.get()
        for act in (answering.hide, answering.mark_seen, answering.mark_replied):
            with pytest.raises(NotAllowed):
                act(mention, by=person)
    client = here.sign_in(person)
    for path in (LIST, f"{LIST}{mention.pk}/", f"{LIST}figures/", f"{LIST}names/", f"{LIST}sources/"):
        assert client.get(here.url(path)).status_code == 403, path


def test_another_community_finds_nothing_of_it(here: Cast, elsewhere: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 1)
        mention = Mention.objects.get()
    client = elsewhere.sign_in(elsewhere.manager)
    assert client.get(elsewhere.url(f"{LIST}{mention.pk}/")).status_code == 404
    assert client.post(elsewhere.url(f"{LIST}{mention.pk}/hide/")).status_code == 404
    assert mention.title not in page(elsewhere, client)


def test_closed_it_is_found_nowhere(here: Cast, source: MentionSource) -> None:
    with here.scope():
        tell(here, source, "Halyard", 6)
        mention = Mention.objects.order_by("pk").first()
        assert mention is not None
        answering.plan_reply(
            mention, today(here.community), to=None, by=here.manager, community=here.community
        )
    client = here.sign_in(here.manager)
    assert "/manage/listening/" in page(here, client, "/today/")
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    for path in (LIST, f"{LIST}{mention.pk}/", f"{LIST}figures/", f"{LIST}names/", f"{LIST}sources/"):
        assert client.get(here.url(path)).status_code == 404, path
    assert "/manage/listening/" not in page(here, client, "/today/")


def test_lists_and_figures_cost_the_same_however_much_there_is(
    here: Cast, source: MentionSource, queries: Any
) -> None:
    with here.scope():
        tell(here, source, "Halyard", 40)
        tell(here, source, "Bowline", 20, back=3)
    client = here.sign_in(here.manager)
    for path, most in ((LIST, 14), (f"{LIST}figures/", 12)):
        client.get(here.url(path))
        with queries(most=most):
            client.get(here.url(path))


def test_a_mention_is_deleted_for_good_and_does_not_come_again(here: Cast, source: MentionSource) -> None:
    said = [Said("x1", "Halyard is dreadful", "So I say.", "https://example.org/x", "P. Person")]
    with here.scope():
        take(source, said)
        found = Mention.objects.get()
        answering.plan_reply(
            found, today(here.community), to=here.manager, by=here.manager, community=here.community
        )
    path = f"{LIST}{found.pk}/delete/"
    assert here.sign_in(here.marketing).get(here.url(path)).status_code == 403
    assert path not in page(here, here.sign_in(here.marketing), f"{LIST}{found.pk}/")
    manager = here.sign_in(here.manager)
    assert path in page(here, manager, f"{LIST}{found.pk}/")
    assert "cannot be undone" in page(here, manager, path)
    with here.scope():
        before = counts_between(here.community, today(here.community) - DAY, today(here.community))
        assert sum(before.values()) == 1
    assert manager.post(here.url(path)).status_code == 302
    for address in (LIST, f"{LIST}?state=hidden", f"{LIST}?whose=reply", "/today/?minutes=240"):
        assert "dreadful" not in page(here, manager, address), address
    assert manager.get(here.url(f"{LIST}{found.pk}/")).status_code == 404
    assert manager.post(here.url(path)).status_code == 404
    with here.scope():
        row = Mention.objects.get()
        assert (row.title, row.excerpt, row.link, row.author, row.reply_on) == ("", "", "", "", None)
        assert take(source, said) == 0, "its source does not bring it again"
        assert match_again() == 0
        assert counts_between(here.community, today(here.community) - DAY, today(here.community)) == before
        answering.hide(row, by=here.manager)
        assert Mention.objects.get().state == "deleted"
        change = Change.objects.get(act="mention_deleted")
        assert (change.by, change.what) == (here.manager, "Watcher")
        assert not answering.delete_mention(row, by=here.owner, community=here.community)
        # Its time over, the mark stays and nobody is asked for it.
        Mention.objects.update(said_at=timezone.now() - 500 * DAY)
        assert count_old(here.community, timezone.now()) == 0
    assert here.community.pk not in communities_by_question(
        "select communities_with_listening(%s, %s)", [timezone.now(), timezone.now() - 396 * DAY]
    )
