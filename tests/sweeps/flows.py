"""What is shown only after several steps: conflicts, codes, second thoughts."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db.models import F
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from analytics.capture.models import AudienceDay
from communities.blogs.services import set_cover
from communities.content.models import Post
from communities.content.services import edit_post
from communities.content.services.folding import fold_spaces
from communities.launch.emails import write_due
from communities.launch.models import Invitation, Stage, StageOpening
from communities.launch.queries import token_of
from communities.launch.services import (
    StageWishes,
    add_stage,
    announce_stage,
    open_stage,
)
from communities.launch.services.inviting import invite
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import build_mail, unsubscribe_token
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_opening
from communities.promotions.models import Banner
from communities.promotions.services import save_banner
from moderation.models import Case
from moderation.services import claim_case, open_case, report_member, report_thing, withdraw_cases
from moderation.services.statements import seen_revision
from moderation.subjects.base import register_subject
from moderation.subjects.registry import SUBJECTS
from tests.factories import (
    make_membership,
    make_person,
    make_reply,
)
from tests.moderation.subjects.banner import BannerSubject, make_banner
from tests.sweeps import (
    flows_of_albums,
    flows_of_animation,
    flows_of_announcements,
    flows_of_automations,
    flows_of_blogs,
    flows_of_calendar,
    flows_of_calls,
    flows_of_challenges,
    flows_of_events,
    flows_of_forums,
    flows_of_guides,
    flows_of_home,
    flows_of_ideas,
    flows_of_launch,
    flows_of_notices,
    flows_of_presses,
    flows_of_programmes,
    flows_of_reviews,
    flows_of_settings,
    flows_of_trials,
)
from tests.sweeps.world import World, a_picture


def go_through_all(world: World) -> None:
    flows_of_settings.stale_edits(world)
    flows_of_animation.a_morning(world)
    flows_of_calendar.go_through(world)
    flows_of_challenges.go_through(world)
    flows_of_events.go_through(world)
    flows_of_albums.go_through(world)
    flows_of_notices.gathered_into_one(world)
    flows_of_notices.asked_whether_solved(world)
    flows_of_announcements.go_through(world)
    flows_of_automations.go_through(world)
    flows_of_programmes.a_term(world)
    flows_of_programmes.a_feed_that_is_gone(world)
    flows_of_programmes.an_answer_that_helped(world)
    flows_of_programmes.a_newcomer_who_agreed(world)
    flows_of_presses.refused_presses(world)
    flows_of_presses.a_locked_thread(world)
    flows_of_presses.a_poll_as_it_goes(world)
    flows_of_calls.a_call_as_it_goes(world)
    flows_of_calls.a_jury_as_it_judges(world)
    flows_of_ideas.an_idea_as_it_goes(world)
    flows_of_ideas.an_idea_that_nobody_sees(world)
    flows_of_trials.a_test_as_it_goes(world)
    flows_of_trials.a_test_in_preparation(world)
    flows_of_presses.a_blog_of_ones_own(world)
    flows_of_guides.guides_as_they_go(world)
    flows_of_reviews.go_through(world)
    flows_of_guides.what_spaces_say(world)
    flows_of_presses.an_offer_as_it_goes(world)
    flows_of_presses.a_draft_too_long(world)
    flows_of_presses.answers_by_use(world)
    flows_of_presses.an_article_past_its_editor(world)
    flows_of_blogs.together(world)
    flows_of_blogs.series(world)
    flows_of_blogs.read_by_many(world)
    flows_of_presses.a_thread_that_is_long(world)
    flows_of_forums.questions_as_they_go(world)
    flows_of_presses.a_draft_of_a_locked_thread(world)
    flows_of_presses.an_empty_search(world)
    flows_of_presses.a_holiday(world)
    _second_answer(world)
    _codes(world)
    _former_member(world)
    _cover(world)
    _judging(world)
    _judged_article(world)
    _reported_page(world)
    _judged_thing(world)
    _demo_door(world)
    _muted_thread(world)
    _first_password(world)
    _orders_file(world)
    _closed_month(world)
    _asking(world)
    _searching(world)
    _own_banner(world)
    flows_of_settings.spaces(world)
    _channels(world)
    flows_of_settings.people(world)
    flows_of_settings.fields(world)
    flows_of_settings.ways_in(world)
    flows_of_settings.reach(world)
    flows_of_settings.imports(world)
    flows_of_settings.new_place()
    flows_of_settings.operator(world)
    flows_of_settings.own_place()
    flows_of_settings.export(world)
    flows_of_settings.texts(world)
    flows_of_settings.arranged_home()
    flows_of_settings.recipes(world)
    # Last, since it closes what the others need.
    _launch(world)
    flows_of_home.a_silent_blog(world)


def _second_answer(world: World) -> None:
    author, url = world.client("member"), world.here.url
    with world.here.scope():
        other: Post = make_reply(world.question, by=world.here.moderator)
    for post, status in ((other, 302), (world.answer, 409)):
        path = url(f"/forums/t/{world.question.slug}/accept/{post.public_id}/")
        assert author.post(path).status_code == status
    assert author.get(url(f"/forums/t/{world.question.slug}/")).status_code == 200


def _codes(world: World) -> None:
    url = world.here.url
    visitor = Client()
    assert visitor.post(url("/sign-in/"), {"login": world.newcomer.email, "code": "1"}).status_code == 302
    assert visitor.get(url("/sign-in/code/")).status_code == 200
    visitor = Client()
    joining = {
        "email": "new@example.org", "password1": "correct horse battery", "display_name": "New", "handle": "new-one",
        "rules": "on", "age": "on",
    }  # fmt: skip
    assert visitor.post(url("/join/"), joining).status_code == 302
    assert visitor.get(url("/email/confirm/")).status_code == 200


def _former_member(world: World) -> None:
    with world.here.scope():
        left = make_membership(status="left")
    assert world.client("member").get(world.here.url(f"/members/{left.handle}/")).status_code == 200


def _judging(world: World) -> None:
    """A held change with its difference, a case in other hands, two moderators, an old page, a mail of a decision."""
    url, judge = world.here.url, world.client("moderator")
    with world.here.scope():
        post = make_reply(world.thread, by=world.here.member, body="<p>One <img> word.</p>")
        here = Community.objects.filter(pk=world.here.community.pk)
        here.update(moderation_mode="pre")
        edit_post(post, by=world.here.member, body="<p>Another word.</p>")
        here.update(moderation_mode="reactive")
        held = Case.objects.open().about(post).get()
        claim_case(held, by=world.here.manager)
    assert judge.get(url(f"/moderation/c/{held.ref}/")).status_code == 200
    assert world.client("manager").get(url(f"/moderation/c/{held.ref}/")).status_code == 200
    sent = {"act": "approve", "version": "1", "revision": "0", "reason": "Mine."}
    decide = url(f"/moderation/c/{held.ref}/decide/")
    assert judge.post(decide, sent | {"revision": "7"}).status_code == 409
    assert judge.post(decide, sent).status_code == 302
    assert world.client("owner").post(decide, sent | {"act": "refuse"}).status_code == 409
    with world.here.scope():
        line = (
            Notification.objects.select_related("membership__member", "thread")
            .filter(kind="post_approved")
            .latest("id")
        )
        assert build_mail(world.here.community, line) is not None


def _judged_article(world: World) -> None:
    """An article with its tags, which readers see beside the text."""
    with world.here.scope():
        body = Post.objects.select_related("thread__space").get(thread=world.article, position=1)
        case = open_case(body, kind="look")
    page = world.client("moderator").get(world.here.url(f"/moderation/c/{case.ref}/"))
    assert "<dt>Tags</dt>" in page.content.decode()
    with world.here.scope():
        withdraw_cases(body)


def _reported_page(world: World) -> None:
    """A member's page that changed since it was reported; it is cleared, and put back by a second person."""
    url = world.here.url
    with world.here.scope():
        person = make_membership(bio="One <img> word.", headline="Ropes")
        case = report_member(person, by=world.here.member, category="spam").case
        Membership.objects.filter(pk=person.pk).update(bio="Another word.")
        case.person.refresh_from_db()
        seen = seen_revision(case)
    for reader in ("visitor", "member"):
        assert world.client(reader).get(url(f"/report/member/{person.handle}/")).status_code == 200
    page, decide = url(f"/moderation/c/{case.ref}/"), url(f"/moderation/c/{case.ref}/decide/")
    assert world.client("moderator").get(page).status_code == 200
    sent = {"act": "clear", "version": "1", "revision": str(seen), "ground": "courtesy", "reason": "Mine."}
    assert world.client("moderator").post(decide, sent).status_code == 302
    assert world.client("owner").post(decide, sent | {"act": "approve"}).status_code == 409
    assert world.client("owner").get(page).status_code == 200
    with world.here.scope():
        line = Notification.objects.select_related("membership__member").get(membership=person)
        assert build_mail(world.here.community, line) is not None
    reader = Client()
    reader.force_login(person.member)
    assert reader.get(url(line.path)).status_code == 200
    assert reader.get(url("/notifications/")).status_code == 200


def _judged_thing(world: World) -> None:
    """A thing of a room that has no page parts for moderation: the neutral ones show it."""
    url, subject = world.here.url, BannerSubject()
    register_subject(subject)
    with world.here.scope():
        banner = make_banner(make_membership())
        case = report_thing(banner, by=world.here.ambassador, category="spam").case
    try:
        assert world.client("member").get(url(f"/report/banner/{banner.pk}/")).status_code == 200
        assert world.client("moderator").get(url(f"/moderation/c/{case.ref}/")).status_code == 200
        assert world.client("moderator").get(url("/moderation/")).status_code == 200
    finally:
        with world.here.scope():
            withdraw_cases(banner)
            banner.delete()
        SUBJECTS.unregister(subject.name)


def _cover(world: World) -> None:
    with world.here.scope():
        set_cover(world.article, by=world.here.member, picture=a_picture(1600))
    page = world.client("visitor").get(world.here.url(f"/blogs/{world.blog.slug}/{world.article.slug}/"))
    assert page.status_code == 200


def _demo_door(world: World) -> None:
    Community.objects.filter(pk=world.here.community.pk).update(
        settings={
            "demo_people": [world.here.member.handle, world.here.owner.handle],
            "demo_shapes": [
                {"shape": "fans", "be": world.here.member.handle, "go": "/forums/", "do": {"en": "Ask."}}
            ],
        }
    )
    forget_all()
    make_person(email=settings.DEMO_OPERATOR, is_operator=True)
    page = Client(headers={"host": "localhost"}).get("/demo/")
    assert b"operator" in page.content
    assert b"d-shapes" in page.content


def _searching(world: World) -> None:
    """People and tags that are found, and what is said when nothing is."""
    search, member = world.here.url("/search/"), world.client("member")
    assert b"found-people" in member.get(search, {"q": world.here.ambassador.display_name}).content
    assert b"found-tags" in member.get(search, {"q": "Jib"}).content
    assert member.get(search, {"q": "zyxwvuts"}).status_code == 200


def _own_banner(world: World) -> None:
    with world.here.scope():
        banner = Banner.objects.get(placement="home", archived_at=None)
        save_banner(banner, by=world.here.manager, picture=a_picture(1600))
    forget_all()
    assert b"srcset" in Client().get(world.here.url("/")).content


def _channels(world: World) -> None:
    """Which ways led to the orders of a month."""
    page = world.client("marketing").get(world.here.url("/results/line/order/"), {"month": "2026-10"})
    assert b"h-channels" in page.content


def _muted_thread(world: World) -> None:
    """By the link of a mail, without signing in."""
    token = unsubscribe_token(world.here.member, "reply_posted", world.thread.pk)
    visitor, path = Client(), world.here.url(f"/unsubscribe/{token}")
    assert visitor.get(path).status_code == visitor.post(path).status_code == 200


def _first_password(world: World) -> None:
    person = make_person(password=None)
    with world.here.scope():
        make_membership(person)
    client = Client()
    client.force_login(person)
    assert client.get(world.here.url("/me/security/password/set/")).status_code == 200


def _asking(world: World) -> None:
    """A page of a community that measures only who agrees."""
    kept = world.here.community.settings
    with world.here.scope(), override_settings(CAPTURE=True):
        Community.objects.filter(pk=world.here.community.pk).update(settings=kept | {"audience": "consent"})
        forget_all()
        # As what nobody pressed it is no page view, so that nothing is measured meanwhile.
        page = Client().get(world.here.url("/"), headers={"x-unasked": "1"})
        assert b"ask-bar" in page.content
        Community.objects.filter(pk=world.here.community.pk).update(settings=kept)
    forget_all()


def _launch(world: World) -> None:
    """A door that is closed, a stage that is open and paused, a walk in other eyes, the mails of the launch."""
    here, desk, url = world.here, world.client("manager"), world.here.url
    with here.scope():
        make_reply(world.thread, by=here.member)
        plan = [
            add_stage(
                StageWishes("First", ["forums", "reactions"], "ambassadors", criteria={"threads": 1}),
                by=here.owner,
            ),
            add_stage(StageWishes("Guests", ["search"], "list", people=[here.member]), by=here.owner),
        ]
        Stage.objects.filter(place=7).update(features=["join"])
        Stage.objects.filter(pk__in=[stage.pk for stage in plan]).update(place=F("place") - 7)
        for stage in plan:
            open_stage(stage, by=here.owner, reason="A look", tell=True)
        announce_stage(plan[0], by=here.owner, words="Here are the keys.")
        tell_of_opening(StageOpening.objects.get(stage=plan[0]))
        lines = Notification.objects.select_related("membership__member", "stage")
        assert build_mail(here.community, lines.filter(kind="stage_opened").latest("id")) is not None
        fold_spaces(Community.objects.get(pk=here.community.pk))
    forget_all()
    assert Client().get(url("/join/")).status_code == 200
    assert desk.get(url("/manage/launch/")).status_code == 200
    assert desk.get(url("/manage/launch/stages/1/")).status_code == 200
    assert desk.post(url("/manage/launch/stages/2/preview/"), {"audience": "visitor"}).status_code == 302
    assert "preview-bar" in desk.get(url("/")).content.decode()
    assert desk.post(url("/manage/launch/preview/leave/")).status_code == 302
    with here.scope():
        gone = invite("gone@example.org", inviter=here.member, stage=None)
        Invitation.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
        assert write_due(Community.objects.get(pk=here.community.pk)) > 0
    assert Client().get(url(f"/i/{token_of(gone)}")).status_code == 410
    assert desk.post(url("/manage/launch/stages/2/pause/"), {"reason": "Look"}).status_code == 302
    assert desk.get(url("/manage/launch/stages/2/resume/")).status_code == 200
    assert world.client("member").get(url("/")).status_code == 200
    flows_of_launch.go_on(world)


def _orders_file(world: World) -> None:
    """Checked, so that its report shows."""
    client, path = (
        world.client("marketing"),
        world.here.url(f"/results/orders/import/{world.orders_file.public_id}/"),
    )
    assert client.post(path, world.orders_file.mapping | {"check": "1"}).status_code == 302
    assert client.get(path).status_code == 200


def _closed_month(world: World) -> None:
    """Closed, sent, shown again beside what came in since; a contact form and an offer with a link."""
    client, url = world.client("marketing"), world.here.url
    assert client.post(url("/results/months/2026-10/close/")).status_code == 302
    cost = {"label": "Late", "kind": "media", "amount": "5", "repeats": "once", "starts_on": "2026-10-09"}
    assert client.post(url("/results/costs/"), cost).status_code == 302
    assert b"data-restated" in client.get(url("/results/?month=2026-10")).content
    # The days of visits are drawn where there were some.
    with world.here.scope():
        AudienceDay.objects.create(
            day=datetime.date(2026, 10, 9), dimension="all", key="", visits=7, page_views=9
        )
    client.post(url("/results/months/2026-10/reopen/"))
    assert b"h-days" in client.get(url("/results/community/?month=2026-10")).content
    assert client.post(url("/results/reports/send/")).status_code == 302
    assert world.client("visitor").get(url(f"/offers/{world.link_offer.slug}/")).status_code == 200
