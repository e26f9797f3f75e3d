"""What the calendar of the sweeps’ world holds, and what else keeps its place alive."""

from __future__ import annotations

import datetime
from typing import Any

from communities.animation.calendar import feed
from communities.animation.calendar.rituals import RitualWishes, start_ritual
from communities.animation.calendar.services import Plan, plan_text
from communities.calendar import today
from tests.conftest import Cast
from tests.sweeps.ambassadoring import make_programmes
from tests.sweeps.announcings import make_announcements
from tests.sweeps.askings import make_surveys
from tests.sweeps.automatings import make_automations
from tests.sweeps.callings import make_calls
from tests.sweeps.challengings import make_challenges
from tests.sweeps.gatherings import make_events
from tests.sweeps.guidings import make_guides
from tests.sweeps.ideations import make_ideas
from tests.sweeps.letters import make_letters
from tests.sweeps.listenings import make_listening
from tests.sweeps.offerings import make_offers
from tests.sweeps.own_blogging import make_own_blogs
from tests.sweeps.picturings import make_albums
from tests.sweeps.pollings import make_polls
from tests.sweeps.reviewings import make_things
from tests.sweeps.trialling import make_trials
from tests.sweeps.unsents import make_unsent


def make_animation(here: Cast) -> dict[str, Any]:
    """All of it, by the names that the tables of addresses use."""
    parts = (
        make_plans,
        make_surveys,
        make_automations,
        make_letters,
        make_listening,
        make_programmes,
        make_unsent,
        make_polls,
        make_ideas,
        make_events,
        make_challenges,
        make_albums,
        make_guides,
        make_offers,
        make_own_blogs,
        make_trials,
        make_calls,
        make_things,
    )
    things: dict[str, Any] = {}
    for make in parts:
        made = make(here)
        assert not made.keys() & things.keys(), (
            f"two things of the world have one name: {made.keys() & things.keys()}"
        )
        things |= made
    return things | make_announcements(here, things["segment"])


def make_plans(here: Cast) -> dict[str, Any]:
    """A text that an ambassador is to write, one that is told at the same hour, an idea; somebody’s own address."""
    day, hour = today(here.community) + datetime.timedelta(days=2), datetime.time(9)

    def planned(title: str, **wishes: Any) -> Any:
        said = Plan(title, "topic", here.forum, "What do you use?", **wishes)
        return plan_text(said, by=here.manager, community=here.community)

    return {
        "planned": planned("Cold hands", owner=here.ambassador, day=day, hour=hour),
        "planned_as_well": planned("Warm hands", day=day, hour=hour),
        "idea": planned("Odd knots"),
        "ritual": start_ritual(
            RitualWishes("Knot of the month", "topic", 0, hour, here.forum),
            by=here.manager,
            community=here.community,
        ),
        "calendar_token": feed.token_of(feed.make_feed(by=here.manager)),
    }
