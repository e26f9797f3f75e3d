"""What the rooms have to say: each source with something due, and where that leads."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.roi.models import Rate
from analytics.roi.services import set_rate
from communities.animation.automations.models import Automation
from communities.animation.calendar.models import Entry
from communities.animation.listening.feeds import Said
from communities.animation.listening.models import MentionSource, TrackedName
from communities.animation.listening.taking import take
from communities.animation.newcomers.services import Wishes, greet
from communities.animation.newsletters.models import Newsletter
from communities.animation.newsletters.sending import plan_newsletter
from communities.animation.newsletters.subscribing import subscribe_member
from communities.animation.today.listing import gather
from communities.animation.today.matters import sources
from communities.calendar import today
from communities.content.models import Post, Thread
from communities.forums.assigning import assign_thread
from communities.ideas.answering import assign_idea
from communities.ideas.models import Idea
from communities.launch.models import JoinRequest, Stage, StageOpening, WatchReading
from communities.models import Community, Membership
from members.models import OutgoingMail
from moderation.models import Case
from moderation.services import report_post
from tests.communities.calls.making import apply, close, make_call
from tests.communities.ideas.making import make_box, make_idea
from tests.communities.trials.making import apply_all, make_feedback, make_trial
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_space, make_thread
from tests.sweeps.ambassadoring import make_programmes
from tests.sweeps.letters import make_letter
from tests.sweeps.listenings import make_listening
from tests.sweeps.own_blogging import make_review

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def make_somebody_to_introduce(here: Cast, now: datetime.datetime) -> None:
    """Greeted, and with something in common with a member who wrote lately."""
    make_field("text", "Knows", key="knows")
    here.community.refresh_from_db()
    known = make_membership(profile={"knows": "Varnish"}, joined_at=now - 90 * DAY)
    make_reply(make_thread(here.forum, by=here.owner), by=known)
    came = make_membership(profile={"knows": "varnish"}, joined_at=now - HOUR)
    greet(came, Wishes("Hello."), by=here.owner, community=here.community)


def make_everything_due(here: Cast) -> None:
    """One thing of each source, for the owner."""
    now = timezone.now()
    Community.objects.filter(pk=here.community.pk).update(created_at=now - 90 * DAY)
    here.community.refresh_from_db()
    # Texts, long ago.
    make_thread(here.forum, by=here.member, kind="question", title="Which twine?")
    quiet = make_thread(make_space(name="Sails"), by=here.member)
    late = make_thread(here.forum, by=here.member, state="draft", title="Late")
    Thread.objects.exclude(pk=late.pk).update(published_at=now - 12 * DAY, last_activity_at=now - 12 * DAY)
    Post.objects.filter(thread=quiet).update(published_at=now - 12 * DAY)
    Thread.objects.filter(pk=late.pk).update(state="scheduled", scheduled_for=now - HOUR)
    # A thread that was given to be answered.
    assign_thread(
        make_thread(here.forum, by=here.member),
        to=here.owner,
        due_on=today(here.community),
        seen=None,
        by=here.manager,
        community=here.community,
    )
    # An answer that was promised.
    idea = make_idea(make_box(here), here.member)
    assign_idea(idea, owner=here.owner, due_on=today(here.community) + DAY, by=here.owner)
    Idea.objects.filter(pk=idea.pk).update(due_on=today(here.community) - DAY)
    # A test that is over, with an application and something that stops its testers.
    trial = make_trial(here, starts_on=today(here.community) - 3 * DAY, ends_on=today(here.community) - DAY)
    apply_all(trial, [here.member])
    make_feedback(trial.space, here.owner, here, severity="blocking")
    # An application that waits for a decision.
    call = make_call(here)
    apply(call, by=here.member)
    close(call)
    # An article that waits for its editor.
    make_review(here)
    # People.
    Membership.objects.update(joined_at=now - 90 * DAY)
    make_thread(here.forum, by=make_membership(joined_at=now - 3 * HOUR))
    make_membership(joined_at=now - 2 * HOUR)
    gone = make_membership(joined_at=now - 15 * DAY)
    make_reply(quiet, by=gone)
    Post.objects.filter(author=gone).update(created_at=now - 14 * DAY)
    Thread.objects.filter(pk=quiet.pk).update(last_activity_at=now - 12 * DAY)
    make_somebody_to_introduce(here, now)
    JoinRequest.objects.create(membership=make_membership(status="invited"), state="asked")
    # Cases.
    for kind in ("spam", "other"):
        report_post(make_thread(here.forum, by=here.member).opening(), by=here.ambassador, category=kind)
    held, other = Case.objects.order_by("pk")
    Case.objects.filter(pk=held.pk).update(kind=Case.Kind.HELD)
    Case.objects.filter(pk=other.pk).update(due_at=now + 3 * HOUR)
    # What was planned for tomorrow, and nobody has begun.
    tomorrow = today(here.community) + DAY
    Entry.objects.create(title="Knots", kind="topic", space=here.forum, day=tomorrow, created_by=here.owner)
    # The place.
    Stage.objects.create(
        place=7, name="Deck hands", features=["uploads"], opening="date", planned_for=now + DAY
    )
    watched = Stage.objects.create(place=6, name="Friends", audience="ambassadors", state="open")
    begun = now - 2 * HOUR
    opening = StageOpening.objects.create(
        stage=watched, opened_at=begun, watched_from=begun, watch_at=now, watch_until=now + DAY
    )
    WatchReading.objects.create(opening=opening, at=now, values={"cases": 4})
    OutgoingMail.objects.create(
        community_id=here.community.pk,
        kind="news",
        urgency=3,
        recipient="x@example.org",
        sender="y@example.org",
        state="refused",
        useless_at=now,
        finished_at=now - HOUR,
    )
    # What could not go on.
    Automation.objects.create(
        trigger="joined", act="note", signed_by=here.owner, state="stopped", why="signer", stopped_at=now
    )
    subscribe_member(here.member)
    heard = make_listening(here)["mention_feed"]
    # For long enough that something is usual.
    for model in (TrackedName, MentionSource):
        model.objects.update(created_at=now - 30 * DAY)
    take(heard, [Said(f"s{n}", f"Halyard, told for the time no. {n}") for n in range(6)])
    make_programmes(here)
    halfway = make_letter(here)
    plan_newsletter(halfway, by=here.manager, community=here.community, send_at=None)
    Newsletter.objects.filter(pk=halfway.pk).update(state="stopped", look_at=None)
    set_rate(
        here.community,
        Rate.Name.ANSWER,
        by=here.marketing,
        value=Decimal("9.5"),
        source="Counted",
        valid_from=(now - 40 * DAY).date(),
        review_on=now.date(),
    )


def test_each_source_has_something_to_say_that_leads_to_a_page(here: Cast) -> None:
    with here.scope():
        make_everything_due(here)
        found = gather(here.community, here.owner)
        assert found.failed == []
        lacking = {one.name for one in sources} - {one.source.name for one in found.ranked}
        # Tasks are those of whoever has a term; before the fifth of a month nobody asks for the costs of the last one.
        assert lacking <= ({"month-tasks"} if today(here.community).day >= 6 else {"month-tasks", "costs"})
        assert "month-tasks" in {one.source.name for one in gather(here.community, here.ambassador).ranked}
    for who in (here.manager, here.marketing):
        with here.scope():
            ranked = gather(here.community, who).ranked
        client, seen = here.sign_in(who), set[str]()
        for one in ranked:
            assert one.matter.title
            assert "put them in force" not in one.matter.act, "that is the owner’s"
            if one.source.name not in seen:
                seen.add(one.source.name)
                path = one.matter.url
                shown = client.get(path if path.startswith(here.prefix) else here.url(path))
                assert shown.status_code == 200, (who.role, one.source.name)
        assert client.get(here.url("/today/?minutes=240")).status_code == 200
