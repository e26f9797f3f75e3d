"""A notice is one class: declared here, it is told, shown, grouped, muted, mailed, and gone when it is not true."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.content.models import Post, State
from communities.memory import forget_all
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare, notices
from communities.notifications.emails import LINE, write_waiting
from communities.notifications.models import Notification
from communities.notifications.notices import Mentioned
from communities.notifications.services import tell, tell_of_post
from communities.tasks import MOST_ASIDE
from members.aside import SetAside, go_on
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
TRUE = {"yet"}


class TideTurned(Notice):
    """Of no post, thread or stage: all it knows is a path."""

    name = "test_tide_turned"
    label = "Turn of the tide"
    heading = Heading.TEXTS
    icon = "clock"
    order = 5
    question = "The tide turns"
    way_out = "No more tides"

    def group(self, about: About) -> str:
        return about.path

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return bool(TRUE)

    def sentence(self, line: Line) -> str:
        return f"The tide turned {line.count} times"

    def words(self, line: Line) -> Words:
        return Words("Mind the ropes.", "See the table", "You have a berth.")


@pytest.fixture(autouse=True)
def tide() -> Iterator[None]:
    declare(TideTurned)
    TRUE.add("yet")
    yield
    notices.unregister(TideTurned.name)


def turn(*people: Membership) -> None:
    tell(TideTurned, [person.pk for person in people], About(path="/members/"))


def mails(here: Cast) -> list[str]:
    forget_all()
    with here.scope():
        waiting = Notification.objects.filter(mail_due_at__isnull=False)
        waiting.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    write_waiting(here.community)
    return [message.subject for message in delivered()]


def test_it_is_told_shown_grouped_and_mailed(here: Cast) -> None:
    with here.scope():
        turn(here.member, here.ambassador)
        turn(here.member)
        assert Membership.objects.get(pk=here.member.pk).unread_count == 1, "a group is one line"
    page = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "The tide turned" in page
    assert f'href="{here.url("/members/")}"' in page
    subjects = mails(here)
    assert len(subjects) == 2
    letter = delivered()[0]
    assert "Mind the ropes." in str(letter.body)
    assert "No more tides: " in str(letter.body)
    assert "/unsubscribe/" in letter.extra_headers["List-Unsubscribe"]


def test_its_box_is_asked_first_and_stops_its_mails(here: Cast) -> None:
    client, page = here.sign_in(here.member), here.url("/me/notifications/")
    text = client.get(page).content.decode()
    assert text.index("The tide turns") < text.index("Somebody replies")
    client.post(page, {"mails": ["mentioned"]})
    with here.scope():
        assert TideTurned.name in Membership.objects.get(pk=here.member.pk).muted_mails
        turn(here.member)
        assert Notification.objects.count() == 1
    assert mails(here) == []


@pytest.mark.parametrize("when", ["read", "written", "sent"])
def test_what_is_not_true_any_more_is_neither_shown_nor_mailed(here: Cast, when: str) -> None:
    with here.scope():
        turn(here.member)
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    if when == "sent":
        assert write_waiting(here.community) == 1
    TRUE.clear()
    if when != "sent":
        assert write_waiting(here.community) == 0
    assert delivered() == []
    assert "tide" not in here.sign_in(here.member).get(here.url("/notifications/")).content.decode()


def test_reading_it_cancels_the_mail_that_waits(here: Cast) -> None:
    with here.scope():
        turn(here.member)
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    assert write_waiting(here.community) == 1
    here.sign_in(here.member).post(here.url("/notifications/read/"))
    assert delivered() == []


def test_a_reply_withdrawn_while_its_mail_waits_for_the_server_is_not_mailed(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.member), by=here.ambassador)
        tell_of_post(post)
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    assert write_waiting(here.community) == 1
    with here.scope():
        Post.objects.filter(pk=post.pk).update(state=State.HIDDEN)
    assert delivered() == []


def test_what_no_code_declares_any_more_is_not_there(here: Cast) -> None:
    with here.scope():
        turn(here.member)
    notices.unregister(TideTurned.name)
    assert mails(here) == []
    assert here.sign_in(here.member).get(here.url("/notifications/")).status_code == 200


@pytest.mark.parametrize("poison", [0, 1, 2])
def test_a_mail_that_cannot_be_built_stops_no_other(
    here: Cast, monkeypatch: pytest.MonkeyPatch, poison: int
) -> None:
    people = [here.member, here.ambassador, here.moderator]
    with here.scope():
        for person in people:
            turn(person)
    words = TideTurned.words

    def break_down(notice: TideTurned, line: Line) -> Words:
        if line.membership_id == people[poison].pk:
            raise RuntimeError
        return words(notice, line)

    monkeypatch.setattr(TideTurned, "words", break_down)
    assert len(mails(here)) == 2
    with here.scope():
        put_off = Notification.objects.get(membership=people[poison])
        assert put_off.mail_due_at is not None
        assert put_off.mail_due_at > timezone.now() + datetime.timedelta(minutes=50)
    monkeypatch.setattr(TideTurned, "words", words)
    assert len(mails(here)) == 3


def test_a_worker_killed_between_two_mails_writes_each_once(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mails of one community are written together: the one that was ready has gone with its worker."""
    with here.scope():
        turn(here.member, here.ambassador, here.moderator)
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    words, built = TideTurned.words, []

    def die(notice: TideTurned, line: Line) -> Words:
        built.append(line.pk)
        if len(built) == 2:
            raise SystemExit
        return words(notice, line)

    with monkeypatch.context() as patch:
        patch.setattr(TideTurned, "words", die)
        with pytest.raises(SystemExit):
            write_waiting(here.community)
    assert delivered() == []
    assert write_waiting(here.community) == 3
    assert len(delivered()) == 3


def statements_of_mails(here: Cast, *people: Membership) -> list[str]:
    with here.scope():
        turn(*people)
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    forget_all()
    with CaptureQueriesContext(connection) as asked:
        assert write_waiting(here.community) == len(people)
    return [query["sql"] for query in asked.captured_queries]


def test_three_mails_of_a_community_cost_what_one_does(here: Cast) -> None:
    one = statements_of_mails(here, here.member)
    three = statements_of_mails(here, here.ambassador, here.moderator, here.manager)
    assert len(three) <= len(one), "\n".join(three)
    assert len(delivered()) == 4


def test_what_could_not_be_mailed_and_waits_no_more_keeps_nobody_on_the_slow_way(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = statements_of_mails(here, here.member)
    with monkeypatch.context() as patch:
        patch.setattr(TideTurned, "words", lambda _notice, _line: 1 // 0)
        with here.scope():
            turn(here.ambassador, here.moderator, here.manager)
        assert len(mails(here)) == 1
    read, gone, waits = list(SetAside.objects.order_by("number").values_list("number", flat=True))
    with here.scope():
        Notification.objects.filter(pk=gone).delete()
        Notification.objects.filter(pk=read).update(read_at=timezone.now())
        Notification.objects.filter(pk=waits).update(mail_due_at=timezone.now() + datetime.timedelta(hours=1))
        turn(here.owner)
        Notification.objects.filter(membership=here.owner).update(mail_due_at=timezone.now())
    assert write_waiting(here.community) == 1
    assert list(SetAside.objects.values_list("number", flat=True)) == [waits]
    with here.scope():
        Notification.objects.filter(pk=waits).update(mail_due_at=timezone.now())
    assert write_waiting(here.community) == 1
    assert not SetAside.objects.exists()
    with here.scope():
        Notification.objects.all().delete()
    assert len(statements_of_mails(here, here.member)) == len(usual)


def test_many_that_could_not_be_mailed_and_are_gone_are_forgotten(here: Cast) -> None:
    usual = statements_of_mails(here, here.member)
    numbers = range(1_000_000, 1_000_000 + 2 * MOST_ASIDE)
    go_on(LINE, numbers, lambda number: 1 // 0, community_number=here.community.pk)
    assert SetAside.objects.count() == len(numbers)
    assert len(statements_of_mails(here, here.owner)) > len(usual), "they are looked for once"
    assert not SetAside.objects.exists()
    assert len(statements_of_mails(here, here.ambassador)) == len(usual)


def test_two_notices_of_one_name_are_an_error() -> None:
    class Other(TideTurned):
        pass

    with pytest.raises(ValueError, match="twice"):
        declare(Other)


@pytest.mark.parametrize("name", [notice.name for notice in notices])
def test_each_notice_says_what_it_needs(name: str) -> None:
    notice = notices[name]
    assert str(notice.label)
    assert len(name) <= 40
    assert notice.heading in Heading, "it stands somewhere where one chooses its mails"
    assert notice.can_be_muted == (notice.mail_kind == "news" and notice.by_mail), (
        "news can be muted, decisions cannot"
    )


def test_no_code_asks_which_kind_of_line_it_has() -> None:
    """`if line.kind == …` is what the classes are there for."""
    names, found = {notice.name for notice in notices}, []
    for package in ("analytics", "communities", "moderation"):
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            if path.name == "notices.py" or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Compare | ast.Dict):
                    words = {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)}
                    found += [f"{path.name}:{node.lineno}"] if words & names else []
    assert found == []


def test_the_badge_counts_as_before(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.ambassador))
        post = make_reply(thread, by=here.ambassador)
        tell(Mentioned, [here.member.pk], About(thread=thread, post=post, actor=here.ambassador))
        turn(here.member)
        unread = Notification.objects.for_membership(here.member).unread().count()
        assert Membership.objects.get(pk=here.member.pk).unread_count == unread == 3
