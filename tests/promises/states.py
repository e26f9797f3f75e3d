"""What pages show in some state of things only: the states are made, and where each is seen is told."""

from __future__ import annotations

import datetime
import uuid
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from analytics.offers.claiming import take_back_code
from analytics.offers.models import OfferCode
from analytics.offers.services import pause_offer
from analytics.reports.services import close_month
from communities.animation.ambassadors.models import Term
from communities.animation.ambassadors.programmes import ProgrammeWishes, edit_programme
from communities.animation.automations.services import stop_all, switch_on
from communities.animation.calendar.rituals import RitualWishes, pause_ritual, start_ritual
from communities.animation.calendar.services import begin_draft
from communities.animation.newcomers.services import Wishes, greet
from communities.animation.newsletters.models import Newsletter
from communities.animation.newsletters.sending import plan_newsletter
from communities.animation.surveys.models import Survey
from communities.animation.surveys.services import Asks, SurveyWishes, schedule_survey, write_survey
from communities.calendar import DAY, today
from communities.console.recipe.models import OwnerLink
from communities.content import services
from communities.content.models import Space, Thread
from communities.content.services.commenting import set_comment
from communities.forums.services import accept_answer
from communities.launch.models import InvitationLink, Stage, WaitingPlace
from communities.launch.services import make_link, open_stage
from communities.launch.services.inviting import invite
from communities.launch.services.planning import lock_plan, put_in_force
from communities.mailing.models import MailReturn
from communities.memory import forget_all
from communities.models import Community, Domain
from communities.promotions.models import Banner
from communities.texts.services import save_text
from communities.transfer.models import Import
from members.models import FailingAddress
from moderation.services import claim_case, sanction_member
from tests.communities.events.making import come
from tests.factories import make_membership, make_reply, make_thread
from tests.promises.crawling import Crawl
from tests.promises.states_of_kinds import make_kinds
from tests.sweeps.announcings import announce
from tests.sweeps.letters import make_letter
from tests.sweeps.world import World

SEPTEMBER = datetime.date(2026, 9, 1)
MORE_THAN_SHOWN = 6


def make_states(world: World) -> None:
    """What leaves all other pages as they are."""
    here, now = world.here, timezone.now()
    with here.scope():
        Thread.objects.filter(pk=world.hall_thread.pk).update(locked=True, pinned=1, pinned_at=timezone.now())
        make_reply(world.question, by=here.moderator)
        accept_answer(world.question, post=world.answer, by=here.member)
        world.things["open_question"] = make_thread(world.space, by=here.member, kind="question")
        world.things["open_answer"] = make_reply(world.open_question, by=here.ambassador)
        world.things["open_comment"] = make_reply(world.open_question, by=here.ambassador)
        set_comment(world.open_comment, is_comment=True, by=here.ambassador)
        for space in (world.space, world.blog, world.calendar_space):
            services.follow_space(space, by=here.member)
        come(world.event, here.member)
        services.react_to_post(world.post, by=here.moderator, kind="thanks")
        claim_case(world.case, by=here.moderator)
        sanction_member(
            here.ambassador, by=here.moderator, case=world.case, kind="read_only", days=1, ground="courtesy"
        )
        Banner.objects.filter(pk=world.banner.pk).update(paused_at=now)
        Space.objects.filter(pk=world.empty_space.pk).update(archived=True)
        closed = make_link(by=here.manager, name="Last year")
        InvitationLink.objects.filter(pk=closed.pk).update(closed_at=now)
        world.things["running"] = Import.objects.create(
            kind="wordpress",
            state=Import.State.RUNNING,
            size=1,
            by=here.manager,
            expires_at=now,
            began_at=now,
        )
        Domain.objects.create(community=here.community, host="works.example", verified=True)
        save_text(here.community, "welcome", by=here.owner, sources={"en": "Come in."})
        OwnerLink.objects.update(expires_at=now)
        for number in range(MORE_THAN_SHOWN):
            MailReturn.objects.create(
                mail=uuid.uuid4(), address=f"gone-{number}@example.org", outcome="complaint", stops=True
            )
        close_month(here.community, SEPTEMBER, by=here.owner)
        world.things |= _make_animated(world)
        world.things |= make_kinds(world)
    world.newcomer.set_unusable_password()
    world.newcomer.save()
    world._clients.pop("newcomer")
    FailingAddress.objects.create(address=here.marketing.member.email, stopped_at=now)


def _make_animated(world: World) -> dict[str, Any]:
    """A question that waits, a newcomer who was greeted and one gone quiet, a text that can go out, a rest."""
    here, now = world.here, timezone.now()
    waiting = make_thread(world.space, by=here.member, kind="question")
    Thread.objects.filter(pk=waiting.pk).update(published_at=now - 3 * DAY)
    greet(here.member, Wishes("Hello."), by=here.manager, community=here.community)
    make_membership(joined_at=now - 10 * DAY)
    Thread.objects.filter(pk=begin_draft(world.planned, by=here.manager, community=here.community).pk).update(
        outline=False
    )
    wishes = RitualWishes("Bread of the week", "topic", 2, datetime.time(8), here.forum)
    pause_ritual(start_ritual(wishes, by=here.manager, community=here.community), by=here.manager)
    stop_all(by=here.manager)
    switch_on(world.automation, by=here.manager)
    halfway = make_letter(here, "Knots halfway")
    plan_newsletter(halfway, by=here.manager, community=here.community, send_at=None)
    Newsletter.objects.filter(pk=halfway.pk).update(state="stopped", look_at=None)
    _make_terms(world)
    announce(here)
    take_back_code(OfferCode.objects.get(holder=here.manager), by=here.manager)
    pause_offer(world.code_offer_empty, by=here.manager)
    return {"waiting_question": waiting, "letter_halfway": halfway, **_make_surveys(world)}


def _make_terms(world: World) -> None:
    """Another charter than the one that was accepted; somebody who applied, and is of the team since."""
    here = world.here
    said = ProgrammeWishes("Harbour friends", "Come and help.", "Be kind, always.", is_open=True)
    edit_programme(world.programme, said, by=here.manager)
    Term.objects.filter(pk=world.application.pk).update(membership=here.marketing)


def _make_surveys(world: World) -> dict[str, Any]:
    """One that is given its day, one that was closed before its last."""
    here, asks = world.here, [Asks("Did it help?", "yes")]
    planned, closed = (write_survey(SurveyWishes(f"In {n} words", asks), by=here.manager) for n in (3, 4))
    day = today(here.community) + 3 * DAY
    schedule_survey(planned, day, by=here.manager, community=here.community)
    now = timezone.now()
    Survey.objects.filter(pk=closed.pk).update(
        opens_at=now - DAY, closes_at=now + DAY, drawn_at=now - DAY, drawn=3, closed_at=now
    )
    return {"survey_planned": planned, "survey_closed": closed}


def seen_there(world: World) -> dict[str, list[str]]:
    """The pages that show these states, by who opens them; each is of a name that a menu leads to as well."""
    here = world.here
    case, threads = f"/moderation/c/{world.case.ref}/", "/forums/t/"
    ambassador = here.ambassador.pk
    return {
        "visitor": [
            f"/enter/{world.owner_link}",
            f"/offers/{world.link_offer.slug}/",
            f"/waiting-list/{world.waiting_place}/",
            "/legal/cookies/",
        ],
        "member": [
            f"{threads}{world.thread.slug}/",
            f"{threads}{world.thread.slug}/?menu={world.post.public_id}",
            f"{threads}{world.question.slug}/",
            f"{threads}{world.open_question.slug}/",
            f"{threads}{world.open_question.slug}/edit/",
            f"{threads}{world.own_draft.slug}/",
            f"{threads}{world.poll.thread.slug}/",
            f"{threads}{world.poll_named.thread.slug}/",
            f"{threads}{world.poll_adding.thread.slug}/",
            f"/surveys/{world.survey.pk}/",
            f"/offers/{world.code_offer.offer.slug}/",
            f"/forums/f/{world.space.slug}/",
            f"/blogs/{world.blog.slug}/",
            f"/blogs/{world.blog.slug}/{world.article.slug}/",
            f"/blogs/{world.blog.slug}/{world.article.slug}/preview/",
            f"/blogs/{world.blog.slug}/{world.draft.slug}/preview/",
        ],
        "moderator": [
            f"{threads}{world.hall_thread.slug}/",
            f"{threads}{world.thread.slug}/",
            f"{threads}{world.open_question.slug}/?menu={world.open_answer.public_id}",
            f"{threads}{world.open_question.slug}/?menu={world.open_comment.public_id}",
            case,
        ],
        "marketing": ["/results/?month=2026-09", "/results/?month=2026-10", "/me/security/"],
        "manager": [
            f"/today/?minutes=240&take=unanswered-{world.waiting_question.pk}",
            f"/guides/{world.guide.slug}/",
            f"/manage/newcomers/{here.member.pk}/greet/",
            f"/manage/calendar/{world.planned.pk}/",
            f"/manage/ambassadors/terms/{world.term.pk}/",
            f"/manage/ambassadors/terms/{world.application.pk}/",
            f"/manage/offers/{world.code_offer.pk}/",
            f"/manage/offers/{world.code_offer.pk}/codes/",
            f"/manage/surveys/{world.survey.pk}/",
            f"/manage/surveys/{world.survey_planned.pk}/",
            f"/manage/surveys/{world.survey_closed.pk}/",
            f"/manage/announcements/{world.announced.pk}/edit/",
            f"/manage/listening/{world.mention.pk}/",
            f"/manage/listening/{world.mention_waits.pk}/",
            f"/manage/listening/{world.mention_replied.pk}/",
            "/manage/listening/?state=hidden",
            f"/manage/newsletters/{world.letter_halfway.pk}/",
            f"/manage/newsletters/{world.letter_waits.pk}/",
            f"/manage/newsletters/{world.letter.pk}/edit/?language=fr",
        ],
        "owner": [
            case,
            f"/manage/members/{ambassador}/",
            f"/manage/tags/{world.tag.pk}/",
            f"/manage/import/{world.rehearsed.pk}/",
            f"/manage/import/{world.running.pk}/",
            f"/manage/import/{world.brought.pk}/",
            f"/manage/spaces/{world.empty_space.pk}/edit/",
            "/manage/banners/?show=archived",
            "/manage/texts/terms/",
            "/manage/texts/welcome/",
            "/manage/texts/about/",
        ],
    }


def go_through_places(crawl: Crawl, world: World) -> None:
    """The whole place in each of its states, and what is offered there."""
    slug = world.here.community.slug
    later = timezone.now() + datetime.timedelta(days=10)
    ours, platform = world.here.url("/manage/close/"), f"/operator/communities/{slug}/"
    for state, role, address in (
        ({"state": "draft"}, "owner", world.here.url("/manage/")),
        ({"state": "draft", "settings": {"checklist": "away"}}, "owner", world.here.url("/manage/")),
        ({"state": "closed"}, "owner", ours),
        ({"state": "read_only", "deletes_at": later}, "owner", ours),
        ({"state": "read_only", "deletes_at": later}, "operator", platform),
        ({"suspended_at": later}, "operator", platform),
    ):
        row = Community.objects.filter(pk=world.here.community.pk)
        before = row.values(*state).get()
        row.update(**state)
        forget_all()
        crawl.look(role, address)
        row.update(**before)
        forget_all()


def go_through_launch(crawl: Crawl, world: World) -> None:
    """A plan that has begun: a stage that is open, then paused; the way of visitors to the waiting list; a preview; who
    was refused; and no plan at all."""
    here, desk, plan = world.here, world.client("owner"), world.here.url("/manage/launch/stages/")
    with here.scope():
        Stage.objects.filter(pk=world.stage.pk).update(audience=Stage.Audience.AMBASSADORS)
        Stage.objects.create(place=8, name="All", features=["join"], audience=Stage.Audience.EVERYONE)
        stage = Stage.objects.get(pk=world.stage.pk)
        open_stage(stage, by=here.owner, reason="A look", tell=False)
    forget_all()
    crawl.look("owner", f"{plan}{stage.place}/")
    crawl.look("visitor", here.url("/join/"))
    crawl.look("visitor", here.url("/waiting-list/"))
    assert desk.post(f"{plan}{stage.place}/pause/", {"reason": "Look"}).status_code == 302
    crawl.look("owner", f"{plan}{stage.place}/")
    assert desk.post(f"{plan}{stage.place}/preview/", {"audience": "visitor"}).status_code == 302
    crawl.look("owner", here.url("/"))
    assert desk.post(here.url("/manage/launch/preview/leave/")).status_code == 302
    with here.scope():
        WaitingPlace.objects.create(
            email="no@example.org", number=900, state="refused", refused_at=timezone.now()
        )
        late = WaitingPlace.objects.create(email="late@example.org", number=901, state="admitted")
        invite(late.email, inviter=None, stage=None, place=late, lives=datetime.timedelta(days=-1))
        Stage.objects.all().delete()
        put_in_force(lock_plan())
    forget_all()
    crawl.look("owner", here.url("/manage/launch/waiting-list/expired/"))
    crawl.look("owner", here.url("/manage/launch/waiting-list/refused/"))
    crawl.look("owner", here.url("/manage/launch/"))


def go_inside(crawl: Crawl, world: World) -> None:
    """The operator in a community, by an opening with its reason."""
    client, slug = world.client("operator"), world.here.community.slug
    why = {"reason": "ticket 319: a page is missing", "minutes": "30"}
    asked = client.post(f"/operator/communities/{slug}/enter/", why, headers={"host": "localhost"})
    client.get(urlsplit(asked["Location"]).path)
    crawl.look("operator", world.here.url("/"))
