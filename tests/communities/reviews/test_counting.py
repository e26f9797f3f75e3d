"""The average and its spread are those of a recount that knows nothing of them."""

from __future__ import annotations

import random
from fractions import Fraction

from django.db import connection

from communities.content.models import State, Thread
from communities.content.viewers import public_viewer, viewer_for
from communities.models import Membership
from communities.reviews.counting import FEWEST, NOTHING, Tally, tallies_of
from communities.reviews.models import Review, Thing
from tests.communities.reviews.making import make_reviews, make_shelf, make_thing
from tests.conftest import Cast

# Without the rule in code: what is published, in a space that this reader may open, neither replaced nor for an
# advantage.
ORACLE = """
select r.rating, count(*) from reviews_review r
join content_thread t on t.id = r.thread_id and t.community_id = r.community_id
join content_space s on s.id = t.space_id
where r.thing_id = %s and t.state = 'published' and not r.replaced and not r.counterpart
  and (s.audience = 'public' or %s)
group by r.rating
"""


def recounted(thing: Thing, *, member: bool) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(ORACLE, [thing.pk, member])
        return dict(cursor.fetchall())


def test_figures_are_those_of_a_recount_for_everybody_who_reads(here: Cast) -> None:
    draw = random.Random(13)
    with here.scope():
        shelf, inner = make_shelf(), make_shelf(slug="inner", name="Inner", audience="members")
        things = [make_thing(here, shelf, f"Thing {number}") for number in range(2)]
        for thing in things:
            make_reviews(here, thing, *(draw.randint(1, 5) for _n in range(9)))
        threads = list(Thread.objects.filter(kind="review").order_by("pk"))
        for thread, state in zip(
            draw.sample(threads, 4), ("hidden", "removed", "deleted", "pending"), strict=True
        ):
            Thread.objects.filter(pk=thread.pk).update(state=state)
        apart, gone, *moved = draw.sample(threads, 5)
        Review.objects.filter(pk=apart.pk).update(counterpart=True)
        Review.objects.filter(pk=gone.pk).update(replaced=True)
        # Moved to a space that visitors do not read: it counts for members alone.
        Thread.objects.filter(pk__in=[one.pk for one in moved]).update(space=inner)
        readers = {False: public_viewer(here.community), True: viewer_for(here.community, here.member)}
        told = {}
        for member, viewer in readers.items():
            tallies = tallies_of(viewer, [thing.pk for thing in things])
            for thing in things:
                tally = tallies.get(thing.pk, NOTHING)
                told[member, thing.pk] = tally.of
                assert tally.of == recounted(thing, member=member)
                assert tally.n == sum(tally.of.values())
        assert told[False, things[0].pk] != told[True, things[0].pk] or (
            told[False, things[1].pk] != told[True, things[1].pk]
        ), "the two readers see different ones"


def test_a_mean_has_its_n_and_one_decimal() -> None:
    assert Tally({5: FEWEST - 1}).mean is None
    assert Tally({5: 2, 4: 1, 3: 2}, apart=3).mean == Fraction(20, 5)
    # 4.25 and 4.35 go up; no float in between decides.
    assert Tally({5: 5, 4: 0, 2: 1, 3: 2}).said == 4.1
    assert Tally({5: 1, 4: 3, 1: 0}).said is None
    assert Tally({5: 9, 4: 7, 3: 4}).said == 4.3
    assert Tally({5: 8, 4: 11, 3: 1}).said == 4.4
    bars = Tally({5: 3, 1: 1}).bars
    assert [(bar.stars, bar.n, bar.percent) for bar in bars] == [
        (5, 3, 75), (4, 0, 0), (3, 0, 0), (2, 0, 0), (1, 1, 25),
    ]  # fmt: skip


def test_who_is_held_is_counted_once_it_is_read(here: Cast) -> None:
    """A moderator reads first: until then it is in no figure and on no list."""
    with here.scope():
        thing = make_thing(here, make_shelf(mode="pre"))
        (thread,) = make_reviews(here, thing, 1)
        assert thread.state == State.PENDING
        viewer = viewer_for(here.community, Membership.objects.get(pk=here.manager.pk))
        assert tallies_of(viewer, [thing.pk]) == {}
