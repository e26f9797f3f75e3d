"""What a community of the crowd has besides its threads: one thing of each kind that a periodic job looks after.

Each is made through its service, and none is due: what a job asks about all of them is there to be left out.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from analytics.offers.services import OfferWishes, make_offer
from bench.content import paragraph
from communities.animation.ambassadors import joining, programmes, terms
from communities.animation.automations.services import AutomationWishes, make_automation
from communities.animation.calendar.rituals import RitualWishes, start_ritual
from communities.animation.newsletters import sending, subscribing, writing
from communities.animation.surveys.services import Asks, SurveyWishes, schedule_survey, write_survey
from communities.calendar import today
from communities.calls.services import Wishes as CallWishes
from communities.calls.services import add_call
from communities.challenges.services import Facts as ChallengeFacts
from communities.challenges.services import Written as ChallengeWritten
from communities.challenges.services import write_challenge
from communities.content import services
from communities.content.models import Space
from communities.events.models import Event
from communities.events.registering import register
from communities.events.series import Wish
from communities.events.services import Facts, Written, write_event
from communities.ideas.boxes import Wishes as BoxWishes
from communities.ideas.boxes import edit_box
from communities.models import Community, Membership
from communities.polls.services import Wishes as PollWishes
from communities.polls.services import add_poll

DAY = datetime.timedelta(days=1)


def make_lively(community: Community) -> None:
    """Needs the community’s scope, and what `fill` makes."""
    team, member = Membership.objects.order_by("pk")[:2]
    _gatherings(community, team, member)
    _contests(community, team)
    _asked(community, team, member)
    _people(community, team, member)
    _letters(community, team, member)


def _gatherings(community: Community, team: Membership, member: Membership) -> None:
    """An event each week, for the first of which somebody comes."""
    space = Space.objects.create(kind="events", slug="gatherings", name="Gatherings")
    begins = timezone.now().replace(microsecond=0) + 20 * DAY
    facts = Facts(begins, begins + datetime.timedelta(hours=2), "Europe/Paris", place="The loft")
    text = Written("Splicing", paragraph(0))
    wish = Wish("week", begins + 700 * DAY)
    thread = write_event(
        space, by=team, community=community, text=text, facts=facts, draft=False, repeats=wish
    )
    event = Event.objects.select_related("thread__space", "thread__community").get(pk=thread.pk)
    register(event, by=member, guests=0, wait=True)


def _contests(community: Community, team: Membership) -> None:
    """A challenge that is open, and a box of ideas with phases."""
    space = Space.objects.create(kind="contests", slug="contests", name="Contests")
    now = timezone.now().replace(microsecond=0)
    facts = ChallengeFacts(
        opens_at=now - DAY, closes_at=now + 90 * DAY, votes_until=now + 95 * DAY, result_at=now + 99 * DAY
    )
    text = ChallengeWritten("Knots that held", paragraph(1))
    write_challenge(
        space, by=team, community=community, text=text, facts=facts, rules="One each", draft=False
    )
    box = Space.objects.create(kind="ideas", slug="tackle-box", name="Tackle box")
    moments = [now + days * DAY for days in (1, 40, 50, 60, 70)]
    edit_box(box, BoxWishes("What is missing?", moments=moments), by=team)


def _asked(community: Community, team: Membership, member: Membership) -> None:
    """A poll, a call, a survey of next month."""
    forum, later = Space.objects.get(slug="rigging"), timezone.now() + 60 * DAY
    of_them = {"community": community, "kind": "topic", "body": paragraph(2)}
    thread = services.start_thread(forum, by=member, title="Which rope?", **of_them)
    add_poll(thread, PollWishes(question="", options=("Hemp", "Cotton"), closes_at=later), by=member)
    thread = services.start_thread(forum, by=team, title="A block to mend", **of_them)
    asks = {"key": "q1", "words": "What for?", "kind": "text", "required": True, "options": []}
    wishes = CallWishes(
        opens_at=timezone.now() - DAY, closes_at=later, conditions=("I am of age.",), questions=(asks,),
        criteria=({"name": "Holds", "weight": 1},), scale=5,
    )  # fmt: skip
    add_call(thread, wishes, by=team)
    survey = write_survey(SurveyWishes("Spring", [Asks("Would you recommend us?")]), by=team)
    schedule_survey(survey, today(community) + 30 * DAY, by=team, community=community)


def _people(community: Community, team: Membership, member: Membership) -> None:
    """An ambassador’s term, a ritual, an automation that is on, an offer to members."""
    said = programmes.ProgrammeWishes("Harbour friends", "Come and help.", "Be kind.", is_open=True)
    programme = programmes.write_programme("amb", said, by=team)
    terms.appoint(programme, member.handle, terms.TermWishes(timezone.now() + 90 * DAY, []), by=team)
    joining.accept_charter(1, by=member)
    forum = Space.objects.get(slug="rigging")
    start_ritual(
        RitualWishes("Knot of the week", "topic", 0, datetime.time(9), forum), by=team, community=community
    )
    make_automation(AutomationWishes("inactive", "note", {"days": 90}, words="Hello."), by=team, on=True)
    make_offer(OfferWishes("Splicing kit", timezone.now() + 60 * DAY, code="SPLICE"), by=team)


def _letters(community: Community, team: Membership, member: Membership) -> None:
    """A newsletter that waits for its hour, with somebody who gets it."""
    subscribing.subscribe_member(member)
    letter = writing.start_newsletter(community, by=team, subject="Knots of the month")
    writing.add_text(letter, letter.language, by=team, source="What we **tied**.")
    letter.refresh_from_db()
    sending.plan_newsletter(letter, by=team, community=community, send_at=timezone.now() + 60 * DAY)
