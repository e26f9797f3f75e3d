"""What was taken back, as its author and the team read it: with its answers, and without buttons that lead nowhere."""

from __future__ import annotations

import pytest
from django.utils import timezone

from communities.automatic import Found, triggers
from communities.content.models import Attachment, Post, State, Thread
from communities.content.queries import recount_community
from communities.content.services import follow_thread, rename_thread, reply_to, retire_thread
from communities.content.services.uploading import upload_file
from communities.forums.services import accept_answer
from communities.journal.models import Change
from communities.notifications.models import Notification
from communities.notifications.queries import unread_news
from communities.notifications.services import reconsider_news, tell_news
from communities.notifications.tasks import reconsider_bells
from tests.communities.content.test_retiring import fresh, later
from tests.communities.content.test_uploads import address, picture, status
from tests.conftest import Cast
from tests.factories import make_thread


@pytest.fixture
def pictured(here: Cast) -> Attachment:
    """In an answer to a member’s thread that is taken back."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="A winter offer")
        shown = upload_file(picture(), by=here.ambassador, alt="A deck")
        body = f'<p>Look: <img src="/~/media/{shown.pk}/full"></p>'
        reply_to(fresh(thread), by=here.ambassador, body=body, body_format="html")
        retire_thread(thread, by=here.owner, at=timezone.now())
    return shown


def test_a_retired_article_is_read_with_its_answers(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="A winter offer", body="<p>Thirty off.</p>")
        reply = reply_to(fresh(article), by=here.ambassador, body="<p>Good one.</p>")
        retire_thread(article, by=here.owner, at=timezone.now())
    path = here.url(article.get_absolute_url())
    for who in (here.manager, here.moderator, here.owner):
        answer = here.sign_in(who).get(path)
        assert answer.status_code == 200, who
        assert "Thirty off." in answer.text
        assert "Good one." in answer.text
        assert "Taken back" in answer.text
        assert f"/t/{article.slug}/retire/" in answer.text
        assert "only the team replies" not in answer.text
    for who in (None, here.ambassador, here.member):
        assert here.sign_in(who).get(path).status_code == 410
    led = here.sign_in(here.moderator).get(here.url(f"/p/{reply.public_id}/"), follow=True)
    assert "Good one." in led.text


def test_its_author_goes_on_working_on_a_retired_article(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager, title="A winter offer", body="<p>Thirty off.</p>")
        reply_to(fresh(article), by=here.ambassador, body="<p>Good one.</p>")
        retire_thread(article, by=here.owner, at=timezone.now())
    client, path = here.sign_in(here.manager), here.url(f"{article.get_absolute_url()}edit/")
    page = client.get(path).text
    assert "data-autosave" not in page
    assert 'value="publish"' not in page
    sent = {"title": "A spring offer", "body": "<p>Forty off.</p>", "body_format": "html", "then": "save"}
    answer = client.post(path, sent | {"language": "en"}, follow=True)
    assert answer.status_code == 200
    assert "Forty off." in answer.text
    assert "Draft saved." not in answer.text
    with here.scope():
        assert fresh(article).state == State.RETIRED
    assert here.sign_in(None).get(here.url(article.get_absolute_url()), follow=True).status_code == 410


def test_a_permalink_into_it_says_that_it_is_gone(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply = reply_to(fresh(thread), by=here.ambassador, body="<p>Good one.</p>")
        retire_thread(thread, by=here.owner, at=timezone.now())
    path = f"/p/{reply.public_id}/"
    for who, said in ((None, 410), (here.ambassador, 410), (here.member, 302), (here.moderator, 302)):
        assert here.sign_in(who).get(here.url(path)).status_code == said, who
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404


def test_its_author_sees_the_pictures_of_its_answers(here: Cast, pictured: Attachment) -> None:
    for who, said in ((here.member, 200), (here.ambassador, 200), (here.moderator, 200)):
        assert status(here.sign_in(who), address(here, pictured)) == said, who
    for who in (None, here.marketing):
        assert status(here.sign_in(who), address(here, pictured)) == 404, who


@pytest.mark.parametrize("who", ["member", "moderator"])
def test_nothing_is_offered_on_it_that_would_be_refused(here: Cast, who: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply_to(fresh(thread), by=here.ambassador, body="<p>Good one.</p>")
    client, path = here.sign_in(getattr(here, who)), here.url(thread.get_absolute_url())
    public = client.get(path).text
    with here.scope():
        retire_thread(thread, by=here.owner, at=timezone.now())
    taken_back = client.get(path).text
    for offered in ("aria-pressed=false", 'data-act="report"'):
        assert offered in public
        assert offered not in taken_back


def test_renamed_while_it_is_taken_back_its_former_address_leads_on(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="A winter offer")
        former = fresh(thread).get_absolute_url()
        retire_thread(thread, by=here.owner, at=timezone.now())
        rename_thread(fresh(thread), by=here.member, title="An offer of last winter")
        retire_thread(thread, by=here.owner, at=None)
        now = fresh(thread).get_absolute_url()
    answer = here.sign_in(None).get(here.url(former))
    assert (answer.status_code, answer.headers["Location"].endswith(now)) == (301, True)


def test_pressed_twice_it_is_taken_back_once(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        Notification.objects.all().delete()
    client, path = here.sign_in(here.moderator), here.url(f"/t/{thread.slug}/retire/")
    for _press in range(2):
        assert client.post(path, {"act": "now"}).status_code == 302
    with here.scope():
        assert Change.objects.filter(act="retire_thread").count() == 1
        assert Notification.objects.filter(kind="text_ends").count() == 1


def test_bells_count_what_can_be_read(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(*, thread_id: int, came_back: bool, **_which: int) -> None:
        reconsider_news(Thread.objects.get(pk=thread_id), came_back=came_back)

    monkeypatch.setattr(reconsider_bells, "delay_on_commit", at_once)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        follow_thread(fresh(thread), by=here.marketing)
        tell_news(reply_to(fresh(thread), by=here.ambassador, body="<p>Good one.</p>").pk)

        def figure() -> int:
            here.marketing.refresh_from_db()
            return unread_news(here.marketing)

        before = figure()
        retire_thread(thread, by=here.owner, at=timezone.now())
        assert figure() == before - 1
        retire_thread(thread, by=here.owner, at=None)
        assert figure() == before


def test_a_new_day_alone_disturbs_no_bell(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def note(*, came_back: bool, **_which: int) -> None:
        asked.append(came_back)

    monkeypatch.setattr(reconsider_bells, "delay_on_commit", note)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        retire_thread(thread, by=here.owner, at=later())
        retire_thread(thread, by=here.owner, at=later(9))
        assert not asked
        retire_thread(thread, by=here.owner, at=timezone.now())
        retire_thread(thread, by=here.owner, at=None)
    assert asked == [False, True]


def test_deleted_by_its_author_while_it_is_taken_back_all_figures_hold(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply_to(fresh(thread), by=here.ambassador, body="<p>Good one.</p>")
        recount_community(here.community.pk)
        retire_thread(thread, by=here.owner, at=timezone.now())
    text = f"/p/{text_of(here, thread)}/delete/"
    assert here.sign_in(here.member).post(here.url(text)).status_code == 302
    with here.scope():
        assert Thread.objects.get(pk=thread.pk).state == State.DELETED
        assert recount_community(here.community.pk) == {}


def text_of(here: Cast, thread: Thread) -> str:
    with here.scope():
        return str(Post.objects.get(thread=thread, position=1).public_id)


def test_automations_leave_it_alone(here: Cast) -> None:
    """What would be said or given to somebody of it could not be opened."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, kind="question")
        reply = reply_to(fresh(thread), by=here.ambassador, body="<p>Like this.</p>")
        accept_answer(fresh(thread), post=reply, by=here.member)

        def held(name: str) -> bool:
            now, post = timezone.now(), Post.objects.get(pk=reply.pk)
            found = Found(here.community, now, now, here.ambassador, fresh(thread), post)
            return triggers[name].holds(found, {})

        names = ("first_text", "answer_accepted")
        assert all(held(name) for name in names)
        retire_thread(thread, by=here.owner, at=timezone.now())
        assert not any(held(name) for name in names)
