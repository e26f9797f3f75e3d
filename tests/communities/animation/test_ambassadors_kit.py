"""Kit, tasks, what came of links and acts, and the label of what is published for a reward."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analytics.capture.models import AudienceDay, Dimension
from analytics.roi.models import Rate
from communities.animation.ambassadors import joining, kit, programmes, terms
from communities.animation.ambassadors.acts import Acts, acts_of
from communities.animation.ambassadors.exceptions import TaskThere, TermMoved
from communities.animation.ambassadors.models import KitItem, Programme, Task, TaskDone, Term
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.animation.ambassadors.queries import link_of, mark_of, rows_of
from communities.animation.ambassadors.terms import TermWishes
from communities.animation.newcomers.services import Wishes, greet
from communities.animation.newsletters.composing import shown_blocks
from communities.animation.newsletters.proposing import pick_of
from communities.calendar import DAY, today
from communities.content.models import Post, Space, SpaceAuthor, Thread
from communities.content.services import approve_post, publish_thread, reply_to
from communities.forums.services import accept_answer
from communities.memory import forget_all
from communities.models import Membership
from communities.notices import notices
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread
from tests.sweeps.world import a_picture

HOUR = datetime.timedelta(hours=1)
LABEL = '<span class="role">Rewarded</span>'


def begun(here: Cast, *, rewarded: bool = False, person: Membership | None = None) -> Term:
    """A term under way in the forum, in scope."""
    said = ProgrammeWishes("Friends", "Come.", "Be kind.", rewarded=rewarded)
    programme = programmes.write_programme("amb", said, by=here.manager)
    person = person or here.member
    until = timezone.now() + 90 * DAY
    terms.appoint(programme, person.handle, TermWishes(until, [here.forum.pk]), by=here.manager)
    term = joining.accept_charter(1, by=person)
    # A test is one transaction, and replies bear the moment of its beginning.
    Term.objects.filter(pk=term.pk).update(started_at=timezone.now() - HOUR)
    return Term.objects.get(pk=term.pk)


def test_the_kit_has_ones_own_links_and_says_what_came_of_them(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        item = kit.add_item(term.programme, kit.ItemWishes("A card", "Come in.", "/forums/"), by=here.manager)
        mark, link = mark_of(term, item), link_of(term, item, here.community)
    assert link.endswith(f"/forums/?utm_source=ambassador&utm_medium=referral&utm_campaign={mark}")
    assert here.member.handle not in link
    client = here.sign_in(here.member)
    page = client.get(here.url("/kit/")).text
    assert "Come in." in page
    assert mark in page
    assert "no visit yet" in page
    with here.scope():
        day = AudienceDay(
            day=today(here.community), dimension=Dimension.CAMPAIGN, key=mark, visits=3, visitors=3
        )
        day.save(force_insert=True)
    assert "fewer than 5 visits" in client.get(here.url("/kit/")).text
    with here.scope():
        AudienceDay.objects.filter(key=mark).update(visits=17)
    assert "17 visits" in client.get(here.url("/kit/")).text
    assert here.sign_in(here.manager).get(here.url("/kit/")).status_code == 404


def test_pictures_are_kept_with_the_kit_and_go_with_it(here: Cast) -> None:
    with here.scope():
        term = begun(here)
    client, desk = here.sign_in(here.manager), here.url(f"/manage/ambassadors/{term.programme_id}/kit/")
    said = {"title": "Loft day", "path": "/", "picture_alt": "A rope"}
    assert client.post(desk, said | {"path": "//elsewhere.example"}).status_code == 422
    assert client.post(desk, said | {"path": "https://elsewhere.example/"}).status_code == 422
    assert client.post(desk, said | {"file": a_picture()}).status_code == 302
    with here.scope():
        item = KitItem.objects.get()
        assert item.picture.startswith("public/kit/")
    assert "Download the picture" in here.sign_in(here.member).get(here.url("/kit/")).text
    assert client.post(f"{desk}{item.pk}/remove/").status_code == 302
    with here.scope():
        assert not KitItem.objects.exists()


def test_tasks_are_proposed_from_today_and_ticked_off(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        make_membership(joined_at=timezone.now() - DAY / 12)
    client = here.sign_in(here.manager)
    desk = here.url(f"/manage/ambassadors/{term.programme_id}/tasks/")
    page = client.get(desk).text
    assert "Greet newcomers" in page
    month = today(here.community).replace(day=1).isoformat()
    assert client.post(desk, {"title": "Greet newcomers", "month": month}).status_code == 302
    again = client.post(desk, {"title": "Greet newcomers", "month": month})
    assert again.status_code == 422
    with here.scope():
        task = Task.objects.get()
        with pytest.raises(TaskThere):
            kit.set_task(term.programme, "Greet newcomers", task.month, by=here.manager)
        with pytest.raises(TermMoved):
            kit.tick_task(task, by=here.ambassador, done=True)
    member = here.sign_in(here.member)
    assert "Greet newcomers" in member.get(here.url("/kit/")).text
    member.post(here.url(f"/kit/tasks/{task.pk}/"))
    member.post(here.url(f"/kit/tasks/{task.pk}/"))
    with here.scope():
        assert TaskDone.objects.count() == 1
    member.post(here.url(f"/kit/tasks/{task.pk}/"), {"undo": "1"})
    with here.scope():
        assert not TaskDone.objects.exists()


def test_acts_count_in_the_perimeter_and_are_worth_the_rate(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        other = make_space(kind="forum", slug="sails", name="Sails")
        asked = make_thread(here.forum, by=here.ambassador, kind="question")
        answer = make_reply(asked, by=here.member)
        make_reply(make_thread(other, by=here.ambassador), by=here.member)
        accept_answer(asked, post=answer, by=here.ambassador)
        Membership.objects.filter(pk=here.member.pk).update(role="ambassador")
        newcomer = make_membership(joined_at=timezone.now() - DAY / 12)
        greet(newcomer, Wishes("Hello."), by=here.manager, community=here.community)
        now = timezone.now()
        found = acts_of([term], now - DAY, now + DAY)
        assert found == {term.pk: Acts(replies=1, answers=1, greetings=0, tasks=0)}
        assert rows_of([term], here.community)[0].worth is None, "no rate, no worth"
        Rate.objects.create(
            name=Rate.Name.ANSWER, value=9, low=6, high=12, source="our own calls", valid_from="2026-01-01"
        )
        [row] = rows_of([term], here.community)
        assert row.worth is not None
        assert [part[-1:] == "€" or part[:1] == "€" for part in (row.worth.said, row.worth.low)] == [True] * 2
        assert row.worth.source == "our own calls"
        assert "9" in row.worth.said


def shown_to_visitors(here: Cast, thread: Thread) -> str:
    forget_all()
    return Client().get(here.url(thread.get_absolute_url().removeprefix(here.prefix))).text


def test_what_is_published_for_a_reward_says_so_to_everybody(here: Cast) -> None:
    with here.scope():
        other = make_space(kind="forum", slug="sails", name="Sails")
        inside, outside = make_thread(here.forum, by=here.owner), make_thread(other, by=here.owner)
        before = reply_to(inside, by=here.member, body="<p>Before.</p>")
        Post.objects.filter(pk=before.pk).update(published_at=timezone.now() - 2 * HOUR)
        term = begun(here, rewarded=True)
        within = reply_to(inside, by=here.member, body="<p>Within.</p>")
        beside = reply_to(outside, by=here.member, body="<p>Beside.</p>")
        of_another = reply_to(inside, by=here.ambassador, body="<p>Mine.</p>")
        terms.end_term(term, "", by=here.manager)
        Term.objects.filter(pk=term.pk).update(ended_at=timezone.now() - HOUR / 2)
        after = reply_to(inside, by=here.member, body="<p>After.</p>")
        labelled = set(Post.objects.filter(rewarded=True).values_list("pk", flat=True))
        assert labelled == {within.pk}
        assert not labelled & {before.pk, beside.pk, of_another.pk, after.pk}
        page, reader = shown_to_visitors(here, inside), here.sign_in(here.ambassador)
        assert page.count(LABEL) == 1
        assert LABEL not in shown_to_visitors(here, outside)
        # A former ambassador cannot edit it away.
        Post.objects.filter(pk=within.pk).update(body_html="<p>Other.</p>")
        assert Post.objects.get(pk=within.pk).rewarded
    assert reader.get(here.url(inside.get_absolute_url().removeprefix(here.prefix))).text.count(LABEL) == 1


def test_a_programme_without_reward_marks_nothing(here: Cast) -> None:
    with here.scope():
        begun(here)
        reply_to(make_thread(here.forum, by=here.owner), by=here.member, body="<p>Hello.</p>")
        assert not Post.objects.filter(rewarded=True).exists()
        Programme.objects.update(rewarded=True)
        reply_to(make_thread(here.forum, by=here.owner), by=here.member, body="<p>Hello.</p>")
        assert Post.objects.filter(rewarded=True).count() == 1


def test_what_waits_and_what_is_imported_is_marked_by_when_it_was_published(here: Cast) -> None:
    with here.scope():
        term = begun(here, rewarded=True)
        Term.objects.filter(pk=term.pk).update(started_at=timezone.now() - 10 * DAY)
        thread = make_thread(here.forum, by=here.owner)
        old = make_reply(thread, by=here.member)
        Post.objects.filter(pk=old.pk).update(rewarded=False)
        Post.objects.filter(pk=old.pk).update(published_at=timezone.now() - 20 * DAY)
        assert not Post.objects.get(pk=old.pk).rewarded
        Post.objects.filter(pk=old.pk).update(published_at=timezone.now() - 5 * DAY)
        assert Post.objects.get(pk=old.pk).rewarded


def held(here: Cast, thread: Thread) -> Post:
    """A reply of the member that waits for a moderator."""
    post = make_reply(thread, by=here.member, body="<p>It waits.</p>")
    assert Post.objects.get(pk=post.pk).state == "pending"
    return post


def test_what_was_held_is_marked_by_when_it_was_sent(here: Cast) -> None:
    """Sent within the term and approved after it: marked, a reply and what was a draft before the term. Sent after it,
    or published then: not, whenever it was begun."""
    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
        Space.objects.filter(pk=here.forum.pk).update(mode="pre")
        forget_all()
        forum = Space.objects.get(pk=here.forum.pk)
        drafts = [make_thread(forum, by=here.member, state="draft") for _n in range(3)]
        term = begun(here, rewarded=True)
        within = [held(here, thread)]
        assert not publish_thread(drafts[0], by=here.member)
        within.append(drafts[0].opening())
        now = timezone.now()
        Post.objects.filter(thread__in=drafts[1:]).update(created_at=now - 5 * DAY)
        ended = {"started_at": now - 10 * DAY, "until": now - DAY, "ended_at": now - DAY, "state": "ended"}
        Term.objects.filter(pk=term.pk).update(**ended)
        later = [held(here, thread)]
        assert not publish_thread(drafts[1], by=here.member)
        later.append(drafts[1].opening())
        for post in (*within, *later):
            assert approve_post(post, by=here.moderator)
        publish_thread(drafts[2], by=here.member, screened=True)
        marked = set(Post.objects.filter(rewarded=True).values_list("pk", flat=True))
        assert marked == {post.pk for post in within}


def test_articles_and_feeds_say_it_too(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.owner, kind="article")
        Post.objects.filter(thread=article).update(rewarded=True)
    assert LABEL in shown_to_visitors(here, article)
    feed = Client().get(here.url("/feed.xml")).text
    assert "Rewarded" in feed


def test_the_kit_of_a_rewarded_programme_begins_with_the_label(here: Cast) -> None:
    with here.scope():
        term = begun(here, rewarded=True)
        kit.add_item(term.programme, kit.ItemWishes("A card", "Come in."), by=here.manager)
    page: Any = here.sign_in(here.member).get(here.url("/kit/")).text
    assert "Rewarded\nCome in." in page
    assert "utm_medium=affiliate" in page


def test_tasks_of_the_month_are_on_the_ambassadors_today(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        task = kit.set_task(
            term.programme, "Greet three", today(here.community).replace(day=1), by=here.manager
        )
    client = here.sign_in(here.member)
    assert "Greet three" in client.get(here.url("/today/?minutes=240")).text
    assert "Greet three" not in here.sign_in(here.ambassador).get(here.url("/today/?minutes=240")).text
    assert "Greet three" not in here.sign_in(here.manager).get(here.url("/today/?minutes=240")).text
    client.post(here.url(f"/kit/tasks/{task.pk}/"))
    assert "Greet three" not in client.get(here.url("/today/?minutes=240")).text


def test_the_teams_today_names_applications_and_terms_that_end(here: Cast) -> None:
    with here.scope():
        term = begun(here)
        Term.objects.filter(pk=term.pk).update(until=timezone.now() + 3 * DAY)
        Programme.objects.update(is_open=True)
        joining.apply(Programme.objects.get(), "I like to greet.", by=here.ambassador)
    page = here.sign_in(here.manager).get(here.url("/today/?minutes=240")).text
    assert f"{here.ambassador.display_name} applies for" in page
    assert f"{here.member.display_name}: the term in" in page
    assert "I like to greet." in page


def test_whatever_shows_a_part_of_it_says_so(here: Cast) -> None:
    """Lists, search, what they wrote, descriptions for machines, mails, newsletters: by one label."""
    with here.scope():
        plain = make_thread(here.blog, by=here.owner, kind="article", title="Plain rope", body="<p>Hemp.</p>")
        begun(here, rewarded=True)
        Term.objects.update(spaces=[])
        SpaceAuthor.objects.create(space=here.blog, membership=here.member)
        article = make_thread(
            here.blog, by=here.member, kind="article", title="Given rope", body="<p>Hemp.</p>"
        )
        assert (article.rewarded, Thread.objects.get(pk=plain.pk).rewarded) == (True, False)
        topic = make_thread(here.forum, by=here.owner, title="Ropes", body="<p>Which?</p>")
        reply = reply_to(topic, by=here.member, body="<p>Oakum, they sent me some.</p>")
        assert not Thread.objects.get(pk=topic.pk).rewarded, "a reply marks no thread"
        post = Post.objects.select_related("author").get(pk=reply.pk)
        line = Notification(kind="reply_posted", post=post, thread=topic, actor=here.member)
        words = notices["reply_posted"].words(line)
        assert words.context["extract"] == "Rewarded – Oakum, they sent me some."
        pick = pick_of(here.community, article.pk)
        assert pick is not None
        shown = shown_blocks(here.community, [{"id": 1, "kind": "pick", **pick.as_block()}])
        assert shown[0]["label"] == "Rewarded – Article"
    forget_all()
    visitor = here.sign_in(None)
    for path, times in (
        (f"/blogs/{here.blog.slug}/", 1),
        ("/search/?q=hemp&tab=articles", 1),
        ("/search/?q=oakum&tab=posts", 1),
        (f"/members/{here.member.handle}/", 2),
        ("/", 1),
    ):
        assert visitor.get(here.url(path)).text.count(LABEL) == times, path
    page = visitor.get(here.url(article.get_absolute_url().removeprefix(here.prefix))).text
    assert 'name="description" content="Rewarded – ' in page
    assert (
        LABEL
        not in visitor.get(here.url(plain.get_absolute_url().removeprefix(here.prefix)))
        .text.split("read-next")[0]
        .split("h-next")[0]
    )
