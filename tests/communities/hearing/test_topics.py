"""What each person is answered of what a page hears: what they may read at that moment, and nothing else."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.content import services
from communities.content.hearing import heard_on
from communities.content.models import Post, State, Thread
from communities.hearing import news
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.services import tell_of_post
from moderation.models import Case
from moderation.services import claim_case, open_case
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

Told = dict[str, Any]


def ask(cast: Cast, who: Membership | None, *topics: str, client: Client | None = None) -> Told:
    """The answer to a page that asks by itself; empty where it is refused."""
    client = client or cast.sign_in(who)
    answer = client.get(cast.url("/hear/"), {"t": topics}, headers={"x-unasked": "1"})
    assert answer.status_code in (200, 204)
    return answer.json() if answer.status_code == 200 else {}


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.manager, replies=2)


def replies(cast: Cast, who: Membership | None, thread: Thread) -> str:
    topic = f"thread.{thread.pk}.3"
    return str(ask(cast, who, topic).get(topic, {}).get("said", ""))


def test_replies_of_others_below_what_is_shown(here: Cast, thread: Thread) -> None:
    assert ask(here, here.member, f"thread.{thread.pk}.3") == {f"thread.{thread.pk}.3": {"how": "bar"}}
    with here.scope():
        assert heard_on(thread, 1, here.member) == f"thread.{thread.pk}.3"
        assert heard_on(thread, 1, None) == heard_on(thread, 2, here.member) == ""
        posts = [make_reply(thread, by=by) for by in (here.member, here.owner, here.manager)]
        make_reply(thread, by=here.owner)
        services.delete_post(Post.objects.get(thread=thread, position=7), by=here.owner)
        Post.objects.create(thread=thread, author=here.owner, state=State.PENDING, body_html="<p>Held.</p>")
    told = ask(here, here.member, f"thread.{thread.pk}.3")[f"thread.{thread.pk}.3"]
    assert told["said"] == "2 new replies"
    assert told["to"] == here.url(thread.url_of(posts[1].position).removeprefix(here.prefix))
    assert replies(here, here.owner, thread) == "2 new replies"
    assert replies(here, here.moderator, thread) == "3 new replies"


def test_nobody_hears_of_what_they_may_not_read(
    here: Cast, elsewhere: Cast, thread: Thread, stranger: Any
) -> None:
    with here.scope():
        office = make_space(slug="office", name="Office", audience="team")
        closed = make_thread(office, by=here.manager)
        for one in (thread, closed):
            make_reply(one, by=here.owner)
    assert replies(here, here.member, thread) == "1 new reply"
    assert ask(here, here.moderator, f"thread.{closed.pk}.1")
    outside = Client()
    outside.force_login(stranger)
    refused = [
        ask(here, here.member, f"thread.{closed.pk}.1"),
        ask(elsewhere, elsewhere.owner, f"thread.{thread.pk}.1"),
        ask(here, elsewhere.owner, f"thread.{thread.pk}.1"),
        ask(here, None, f"thread.{thread.pk}.1", "bell"),
        ask(here, None, f"thread.{thread.pk}.1", client=outside),
    ]
    assert refused == [{}] * 5
    for topic in ("thread", "thread.x.1", "thread.1", "thread.99999999999999999999.1", "nothing.1", "t%00"):
        assert ask(here, here.member, topic) == {}
    client = here.sign_in(here.member)
    client.logout()
    assert ask(here, None, "bell", client=client) == {}
    with here.scope():
        here.community.open_features = ["blogs"]
        here.community.save()
        Membership.objects.filter(pk=here.owner.pk).update(status="banned")
    forget_all()
    assert replies(here, here.member, thread) == ""
    assert ask(here, here.owner, "bell") == {}


def test_the_bell_as_the_top_of_a_page_says_it(here: Cast, thread: Thread) -> None:
    with here.scope():
        services.follow_thread(thread, by=here.member)
        tell_of_post(make_reply(thread, by=here.owner))
    told = {"bell": {"how": "bell", "n": "1", "said": "Notifications, 1 new"}}
    assert ask(here, here.member, "bell") == told
    assert ask(here, here.moderator, "bell")["bell"]["n"] == ""


def test_a_scheduled_text_is_out(here: Cast) -> None:
    with here.scope():
        text = make_thread(here.forum, by=here.member, title="Tides", state="draft")
        services.schedule_thread(text, by=here.member, at=timezone.now() + datetime.timedelta(hours=1))
        text.refresh_from_db()
        topic = heard_on(text, 1, here.member)
    assert topic == f"text.{text.pk}"
    assert ask(here, here.member, topic) == ask(here, here.moderator, topic) == {topic: {"how": "bar"}}
    assert ask(here, here.ambassador, topic) == {}
    with here.scope():
        assert services.publish_due(here.community, now=timezone.now() + datetime.timedelta(hours=2)) == 1
    told = ask(here, here.member, topic)[topic]
    assert (told["said"], told["to"]) == ("“Tides” is published.", here.url(f"/forums/t/{text.slug}/"))


def test_who_has_a_case_open_and_who_decides(here: Cast, elsewhere: Cast, thread: Thread) -> None:
    with here.scope():
        case = open_case(Post.objects.get(thread=thread, position=2), kind=Case.Kind.LOOK)
    topic = f"case.{case.ref}.open"
    assert ask(here, here.moderator, topic)[topic] == {"how": "here", "said": "", "again": 30}
    said = ask(here, here.owner, f"case.{case.ref}.writing")[f"case.{case.ref}.writing"]["said"]
    assert said == f"{here.moderator.display_name} has this case open, too."
    said = ask(here, here.moderator, topic)[topic]["said"]
    assert said == f"{here.owner.display_name} is writing a decision."
    # She has it open on her telephone, too.
    ask(here, here.owner, topic)
    assert ask(here, here.moderator, topic)[topic]["said"] == said
    refused = [ask(here, here.member, topic), ask(elsewhere, elsewhere.owner, topic)]
    assert refused == [{}, {}]
    with here.scope():
        claim_case(case, by=here.owner)
        Case.objects.filter(pk=case.pk).update(state="resolved")
    assert ask(here, here.moderator, topic)[topic]["said"] == "This case has been decided."


def test_what_happened_is_told_once_it_is_committed(
    here: Cast, thread: Thread, django_capture_on_commit_callbacks: Any
) -> None:
    began = news.since(0)
    with django_capture_on_commit_callbacks(execute=True), here.scope():
        make_reply(thread, by=here.owner)
        assert f"{here.community.pk}:thread.{thread.pk}" not in news.read_news(began).channels
    client = here.sign_in(here.member)
    key = client.session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        client.post(here.url("/sign-out/"))
    told = news.read_news(began).channels
    assert f"{here.community.pk}:thread.{thread.pk}" in told
    assert news.channel_of_session(key) in told
    assert key not in " ".join(told)


def test_an_operator_switches_it_off(here: Cast, settings: Any) -> None:
    client, home = here.sign_in(here.member), here.url("/")
    assert "js/hear.mjs" in client.get(home).content.decode()
    assert "js/hear.mjs" not in Client().get(home).content.decode()
    settings.OPEN_PAGES = 0
    assert "js/hear.mjs" not in client.get(home).content.decode()
    assert client.get(here.url("/hear/")).status_code == 404


def test_a_monitor_reads_how_many_there_are(servers: None) -> None:
    before = news.open_pages()
    news.say_open(12)
    assert news.open_pages() == before + 12
    news.say_open(0)
    assert news.open_pages() == before
