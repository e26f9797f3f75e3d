"""The editorial calendar: what stands in it, planning, moving, writing, and who may."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from analytics.capture.models import AudienceDay
from communities.animation.calendar import services
from communities.animation.calendar.exceptions import AlreadyOut, MovedMeanwhile, NotWritten
from communities.animation.calendar.items import Item, Standing, Window, items_in
from communities.animation.calendar.models import Entry
from communities.animation.calendar.results import best_of
from communities.animation.calendar.services import Plan, plan_text
from communities.animation.calendar.showing import calendar_page, gaps_in, lead_of
from communities.animation.today.listing import list_today
from communities.calendar import DAY, day_of, moment_at, today
from communities.content.models import Post, Space, State, Thread
from communities.content.services import save_draft
from communities.dates import written_day
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.models import Stage
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.promotions.models import Banner
from communities.queries import local_path
from tests.communities.ideas.making import make_box, make_idea
from tests.communities.reviews.making import make_review, make_shelf, make_thing
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = pytest.mark.django_db
NINE = datetime.time(9)


def plan(here: Cast, title: str = "Splicing", **wishes: Any) -> Entry:
    said = {"kind": "topic", "space": here.forum, "by": here.manager} | wishes
    by = said.pop("by")
    with here.scope():
        return plan_text(Plan(title, **said), by=by, community=here.community)


def page(here: Cast, who: Membership, view: str = "month", ahead: int = 0, only: str = "") -> Any:
    with here.scope():
        return calendar_page(
            here.community,
            who,
            view=view,
            day=today(here.community) + ahead * DAY,
            only=only,
            now=timezone.now(),
        )


def titles(found: Any) -> list[str]:
    return [item.title for day in found.days for item in day.items]


def soon(here: Cast, days: int = 1) -> datetime.date:
    return today(here.community) + days * DAY


def get(here: Cast, who: Membership, path: str = "/manage/calendar/") -> Any:
    return here.sign_in(who).get(here.url(path))


def test_texts_stages_and_banners_stand_on_their_days(here: Cast) -> None:
    day = soon(here)
    at = moment_at(day, NINE, here.community)
    plan(here, "A planned one", day=day, hour=NINE)
    with here.scope():
        scheduled = make_thread(here.blog, by=here.manager, title="A scheduled one", state=State.DRAFT)
        Thread.objects.filter(pk=scheduled.pk).update(state=State.SCHEDULED, scheduled_for=at)
        make_thread(here.forum, by=here.manager, title="One of the team")
        make_thread(here.forum, by=here.member, title="Talk of members")
        make_idea(make_box(here), here.member, "An idea of members")
        make_review(here, make_thing(here, make_shelf()), title="What a member found")
        Stage.objects.create(place=90, name="Ideas open", planned_for=at)
        Banner.objects.create(
            placement="home", text="Ten percent off", button="See", target="/", starts_at=at
        )
    week = page(here, here.manager, "list")
    shown = titles(week)
    for title in ("A planned one", "A scheduled one", "One of the team", "Ideas open", "Ten percent off"):
        assert title in shown
    for title in ("Talk of members", "An idea of members", "What a member found"):
        assert title not in shown, "what members talk about is no editorial matter"
    assert titles(page(here, here.manager, "list", only="stage")) == ["Ideas open"]
    body = get(here, here.manager, "/manage/calendar/?view=list").text
    assert "A scheduled one" in body
    assert "Ideas open" in body


def test_whoever_reads_the_calendar_sees_no_more_than_elsewhere(here: Cast, elsewhere: Cast) -> None:
    at = moment_at(soon(here), NINE, here.community)
    with here.scope():
        hidden = make_thread(here.blog, by=here.manager, title="Not yet for all", state=State.DRAFT)
        Thread.objects.filter(pk=hidden.pk).update(state=State.SCHEDULED, scheduled_for=at)
        Stage.objects.create(place=90, name="Ideas open", planned_for=at)
    assert "Not yet for all" in titles(page(here, here.moderator, "list"))
    assert "Not yet for all" not in titles(page(here, here.marketing, "list"))
    assert "Ideas open" not in titles(page(here, here.moderator, "list"))
    assert get(here, here.member).status_code == 403
    entry = plan(here, day=soon(here))
    path = elsewhere.url(f"/manage/calendar/{entry.pk}/")
    assert elsewhere.sign_in(elsewhere.manager).get(path).status_code == 404


def test_a_page_costs_the_same_with_more_cards(here: Cast, queries: Callable[..., Any]) -> None:
    client = here.sign_in(here.manager)
    for n in range(12):
        plan(here, f"Planned {n}", day=soon(here, n % 5), hour=NINE, owner=here.owner)
        plan(here, f"Idea {n}", owner=here.owner)
    client.get(here.url("/manage/calendar/"))
    with queries(most=24):
        assert "and " in client.get(here.url("/manage/calendar/")).text
    with queries(most=24):
        client.get(here.url("/manage/calendar/?view=week"))


def test_gaps_are_runs_of_days_without_a_text() -> None:
    first = datetime.date(2026, 12, 1)
    texts = {first + 3 * DAY, first + 13 * DAY}
    assert gaps_in(texts, first, first + 19 * DAY) == {first + 4 * DAY: 9}
    assert gaps_in(set(), first, first + 29 * DAY) == {first: 30}


def test_gaps_and_clashes_are_said(here: Cast) -> None:
    assert page(here, here.manager).quiet_for >= 7
    empty = get(here, here.manager).text
    assert "Nothing planned for" in empty
    assert "Pick a day." in empty
    plan(here, "One", day=soon(here, 2), hour=datetime.time(9))
    plan(here, "Other", day=soon(here, 2), hour=datetime.time(10, 30))
    plan(here, "Far", day=soon(here, 2), hour=datetime.time(18))
    found = page(here, here.manager, "list")
    [warning] = [said for day in found.days for said in day.warnings]
    assert "“One” and “Other”" in warning
    assert "1 thing to settle" in lead_of(found)
    assert any(day.gap >= 7 and day.date == soon(here, 3) for day in found.days)


def test_a_text_for_a_part_that_is_still_closed_then_is_said(here: Cast) -> None:
    plan(here, "Early", day=soon(here, 2))
    with here.scope():
        late = moment_at(soon(here, 5), NINE, here.community)
        Stage.objects.create(place=90, name="Forums", features=["forums"], planned_for=late)
    assert any("still closed" in said for said in page(here, here.manager, "list").problems)
    with here.scope():
        Stage.objects.update(state="open", opened_at=timezone.now())
    assert page(here, here.manager, "list").problems == []


def test_planning_by_form_keeps_what_was_typed(here: Cast) -> None:
    client = here.sign_in(here.manager)
    said = {
        "title": "Cold hands",
        "kind": "topic",
        "space": here.forum.pk,
        "brief": "Ask.",
        "owner": here.owner.pk,
    }
    past = client.post(here.url("/manage/calendar/new/"), said | {"day": soon(here, -1).isoformat()})
    assert past.status_code == 422
    assert "Cold hands" in past.text
    assert "This day is over" in past.text
    wrong = client.post(here.url("/manage/calendar/new/"), said | {"space": here.blog.pk})
    assert wrong.status_code == 422
    done = client.post(
        here.url("/manage/calendar/new/"), said | {"day": soon(here).isoformat(), "hour": "18:00"}
    )
    assert done.status_code == 302
    with here.scope():
        entry = Entry.objects.get()
        assert (entry.owner, entry.hour, entry.brief) == (here.owner, datetime.time(18), "Ask.")
        line = Notification.objects.get(kind="text_given")
        assert (line.membership_id, line.actor_id) == (here.owner.pk, here.manager.pk)
    bell = get(here, here.owner, "/notifications/").text
    assert "asks you to write “Cold hands”" in bell


def test_the_team_notes_ideas_and_managers_give_them_a_day(here: Cast) -> None:
    moderator = here.sign_in(here.moderator)
    said = {"title": "Odd knots", "kind": "topic", "day": soon(here).isoformat()}
    assert moderator.post(here.url("/manage/calendar/new/"), said).status_code == 302
    with here.scope():
        entry = Entry.objects.get()
        assert entry.day is None, "who only notes ideas gives no day"
        with pytest.raises(NotAllowed):
            services.move_entry(entry, soon(here), None, by=here.moderator, community=here.community)
        with pytest.raises(NotAllowed):
            plan_text(Plan("X", "topic", day=soon(here)), by=here.marketing, community=here.community)
    assert "Odd knots" in get(here, here.manager).text
    moved = here.sign_in(here.manager).post(
        here.url(f"/manage/calendar/{entry.pk}/move/"),
        {"day": soon(here).isoformat(), "version": entry.version, "back": "week nonsense"},
    )
    assert moved.status_code == 302
    after = here.sign_in(here.manager).get(moved.headers["Location"])
    assert "“Odd knots” is now planned for" in after.text
    assert 'name="day" value=""' in after.text, "the way back leads among the ideas"


def test_nobody_hears_of_a_space_that_they_may_not_read(here: Cast) -> None:
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(name="Cabin talk", audience="roles")
        forget_all()
    entry = plan(here, day=soon(here))
    plan(here, "An idea")
    pages = ("/manage/calendar/new/", "/manage/calendar/?view=list", f"/manage/calendar/{entry.pk}/")
    for path in pages:
        assert "Cabin talk" not in get(here, here.marketing, path).text, path
    assert "Cabin talk" in get(here, here.manager, pages[0]).text
    assert "Cabin talk" in get(here, here.manager, pages[2]).text


def test_a_moved_card_is_moved_back_by_the_journal_and_not_over_another_move(here: Cast) -> None:
    entry = plan(here, day=soon(here, 2), hour=NINE)
    with here.scope():
        services.move_entry(entry, soon(here, 4), NINE, by=here.manager, community=here.community, version=1)
        with pytest.raises(MovedMeanwhile):
            services.move_entry(
                entry, soon(here, 6), NINE, by=here.owner, community=here.community, version=1
            )
        undo(Change.objects.get(act="plan_moved"), here.manager)
        entry.refresh_from_db()
        assert (entry.day, entry.hour, entry.version) == (soon(here, 2), NINE, 3)
        services.delete_entry(entry, by=here.manager)
        undo(Change.objects.get(act="plan_deleted"), here.manager)
        assert Entry.objects.get().day == soon(here, 2)


def test_whoever_is_late_is_told_so_with_409(here: Cast) -> None:
    entry = plan(here, day=soon(here, 2))
    path, client = here.url(f"/manage/calendar/{entry.pk}/move/"), here.sign_in(here.manager)
    said = {"day": soon(here, 3).isoformat(), "keeps_hour": "on", "version": 7}
    by_hand = client.post(path, said)
    assert by_hand.status_code == 409
    assert written_day(soon(here, 3)) in by_hand.text, "what was chosen stays"
    by_script = client.post(path, said, headers={"HX-Request": "true"})
    assert by_script.status_code == 409
    assert by_script.text.startswith("Somebody else has just changed this.")
    changed = client.post(
        here.url(f"/manage/calendar/{entry.pk}/edit/"),
        {"title": "Mine", "kind": "topic", "version": 7, "step": "idea"},
    )
    assert changed.status_code == 409
    assert 'value="Mine"' in changed.text


def test_write_it_opens_a_draft_that_the_entry_follows(here: Cast) -> None:
    entry = plan(here, "Ten years", brief="Ask for pictures.", day=soon(here), hour=NINE)
    client = here.sign_in(here.manager)
    opened = client.post(here.url(f"/manage/calendar/{entry.pk}/write/"))
    assert opened.status_code == 302
    editor = client.get(opened.headers["Location"])
    assert "Ask for pictures." in editor.text
    with here.scope():
        entry = Entry.objects.shown().get()
        assert entry.thread is not None
        assert entry.thread.outline
        assert not entry.is_begun
        with pytest.raises(NotWritten):
            services.schedule_entry(entry, by=here.manager, community=here.community)
        save_draft(entry.thread, by=here.manager, title="Ten years", body="<p>They held.</p>")
        entry = Entry.objects.shown().get()
        services.schedule_entry(entry, by=here.manager, community=here.community)
        entry = Entry.objects.shown().get()
        assert entry.thread is not None
        assert entry.thread.scheduled_for == moment_at(soon(here), NINE, here.community)
        moved = services.move_entry(entry, soon(here, 3), NINE, by=here.manager, community=here.community)
        assert Thread.objects.get(pk=entry.thread_id).scheduled_for == moment_at(
            soon(here, 3), NINE, here.community
        )
        services.move_entry(moved, None, None, by=here.manager, community=here.community)
        assert Thread.objects.get(pk=entry.thread_id).state == State.DRAFT
    assert titles(page(here, here.manager, "list")) == []


def test_an_article_is_begun_and_scheduled_in_its_own_way(here: Cast) -> None:
    entry = plan(here, "Portrait", kind="article", space=here.blog, day=soon(here), hour=NINE)
    client = here.sign_in(here.manager)
    opened = client.post(here.url(f"/manage/calendar/{entry.pk}/write/"))
    assert opened.headers["Location"].endswith("/portrait/edit/")
    with here.scope():
        thread = Thread.objects.get(title="Portrait")
        save_draft(thread, by=here.manager, title="Portrait of Aoife", body="<p>She sews.</p>")
    assert client.post(here.url(f"/manage/calendar/{entry.pk}/schedule/")).status_code == 302
    with here.scope():
        thread = Thread.objects.get()
        assert (thread.state, thread.slug) == (State.SCHEDULED, "portrait-of-aoife")


def test_a_draft_that_was_edited_as_a_post_is_an_outline_no_more(here: Cast) -> None:
    entry = plan(here, "Ten years", day=soon(here))
    client = here.sign_in(here.manager)
    editor = client.post(here.url(f"/manage/calendar/{entry.pk}/write/")).headers["Location"]
    saved = client.post(editor, {"body": "<p>They held.</p>", "body_format": "html", "revision": 0})
    assert saved.status_code == 302
    with here.scope():
        assert Entry.objects.shown().get().is_begun


def test_what_is_out_stays_on_its_day_and_says_what_came(here: Cast) -> None:
    entry = plan(here, "Out", day=soon(here))
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Out")
        reply = make_reply(thread, by=here.member)
        late = make_reply(thread, by=here.member)
        out = timezone.now() - 9 * DAY
        Thread.objects.filter(pk=thread.pk).update(published_at=out)
        Post.objects.filter(pk=reply.pk).update(published_at=out + DAY)
        Post.objects.filter(pk=late.pk).update(published_at=out + 8 * DAY)
        Entry.objects.filter(pk=entry.pk).update(thread=thread)
        fresh = Entry.objects.shown().get()
        with pytest.raises(AlreadyOut):
            services.move_entry(fresh, soon(here, 3), None, by=here.manager, community=here.community)
    [item] = [one for day in page(here, here.manager, "list", ahead=-12).days for one in day.items]
    assert (item.standing, item.result) == (Standing.OUT, "1 reply in 7 days")
    with here.scope():
        path = local_path(thread.get_absolute_url())
        for days, views in ((0, 40), (6, 2), (7, 500), (-1, 9)):
            day = day_of(out, here.community) + days * DAY
            AudienceDay.objects.create(day=day, dimension="page", key=path, page_views=views)
    [item] = [one for day in page(here, here.manager, "list", ahead=-12).days for one in day.items]
    assert item.result == "42 views, 1 reply in 7 days"


def test_its_owner_works_on_it_without_seeing_the_calendar(here: Cast) -> None:
    entry = plan(here, day=soon(here), owner=here.member)
    assert get(here, here.member, f"/manage/calendar/{entry.pk}/").status_code == 200
    assert get(here, here.ambassador, f"/manage/calendar/{entry.pk}/").status_code == 403
    client = here.sign_in(here.member)
    assert client.post(here.url(f"/manage/calendar/{entry.pk}/step/"), {"step": "review"}).status_code == 302
    with here.scope():
        assert Entry.objects.get().step == "review"
        with pytest.raises(NotAllowed):
            services.delete_entry(entry, by=here.member)
        with pytest.raises(NotAllowed):
            services.schedule_entry(entry, by=here.member, community=here.community)


def test_today_says_what_is_not_written_by_tomorrow(here: Cast) -> None:
    entry = plan(here, "Cold hands", day=soon(here), owner=here.moderator)
    plan(here, "Later", day=soon(here, 2))

    def said(who: Membership) -> list[str]:
        with here.scope():
            day = list_today(here.community, who, minutes=240).day
            ours = [one for one in (*day.now, *day.later) if one.source.name == "texts-to-write"]
            return [one.matter.title for one in ours]

    assert said(here.manager) == said(here.moderator) == ["Tomorrow: “Cold hands” is not written"]
    assert said(here.marketing) == []
    with here.scope():
        thread = make_thread(here.forum, by=here.moderator, state=State.DRAFT)
        Entry.objects.filter(pk=entry.pk).update(thread=thread)
    assert said(here.manager) == []


def test_the_best_hour_is_said_only_where_enough_texts_can_be_compared() -> None:
    thursdays = [(3, 18, n) for n in (9, 11, 12, 14, 30)]
    others = [(1, 9, n) for n in (1, 2, 4)] + [(4, 9, 3), (4, 10, 2)]
    best = best_of("Question", thursdays + others)
    assert (best.weekday, best.hour, best.n_there, best.n_elsewhere) == (3, 18, 5, 5)
    assert (best.there, best.elsewhere) == (12, 2)
    assert not best_of("Question", thursdays[:4] + others).is_known
    assert not best_of("Question", thursdays + others[:4]).is_known


def test_a_kind_says_what_takes_place(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from communities.content.kinds import KINDS, Planned

    at = moment_at(soon(here, 2), datetime.time(19), here.community)
    workshop = Planned("Workshop", "/forums/", at, at + datetime.timedelta(hours=2))
    monkeypatch.setattr(type(KINDS[here.forum.kind]), "planned", lambda *_: [workshop])
    with here.scope():
        now = timezone.now()
        window = Window(here.community, here.manager, soon(here, 0), soon(here, 6), now)
        [item] = [one for one in items_in(window) if one.title == "Workshop"]
    assert isinstance(item, Item)
    assert (item.day, item.hour, item.is_text) == (soon(here, 2), datetime.time(19), False)
