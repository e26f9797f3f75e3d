"""The demo's results, community by community: visits, activity, contacts, orders, costs, objectives.

Every step is a transaction of its own and leaves alone what is there, so that an interrupted run continues where it
stopped and a second one adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from analytics.demo.banners import settle_banners
from analytics.demo.member_offers import settle_member_offers
from analytics.demo.money import settle_costs, settle_counts, settle_objectives, settle_rates
from analytics.demo.offers import settle_contacts, settle_offers
from analytics.demo.orders import settle_orders
from analytics.demo.reading_days import settle_reading
from analytics.demo.story import Story
from analytics.demo.visits import settle_visits
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.scoping import community_scope

Step = Callable[[Story], int]

# In the order in which they need one another: what something is worth before what is valued, visits before the
# counts that make up for what was not measured.
OFFERS: tuple[str, Step] = ("offers for members", settle_member_offers)
STEPS: tuple[tuple[str, Step], ...] = (
    ("days of members", settle_reading),
    ("rates", settle_rates),
    ("costs", settle_costs),
    ("offers", settle_offers),
    OFFERS,
    ("banners", settle_banners),
    ("contacts", settle_contacts),
    ("orders", settle_orders),
    ("counts", settle_counts),
    ("objectives", settle_objectives),
)


def add_results(scene: Scene, say: Say) -> None:
    """What the marketing lead of one community sees; see `communities.demo.parts`. Small ones have offers alone."""
    story, is_small = Story.of(scene), scene.brand.is_small
    made = {} if is_small else {"events of visitors": settle_visits(story)}
    for name, step in (OFFERS,) if is_small else STEPS:
        with community_scope(scene.community):
            made[name] = step(story)
    new = ", ".join(f"{n} {name}" for name, n in made.items() if n)
    say(f"{scene.community.name}: results: {f'{new} are new' if new else 'nothing is new'}.")
