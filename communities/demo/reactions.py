"""The demo's reactions: written as counts, given by members who had joined by then."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Mapping

from django.db import transaction

from communities.content.models import Post, Reaction
from communities.models import Membership

# Somebody reacts some hours after a post, not at the second it appears.
WITHIN = datetime.timedelta(hours=30)


@transaction.atomic
def spread_reactions(
    counts: Mapping[int, Mapping[str, int]], posts: Iterable[Post], *, people: list[Membership]
) -> int:
    """Give each post its reactions, fewer where fewer members could have given them; how many were given.

    As `react_to_post` one by one would (nobody reacts to their own words, counts stand on the post), in two
    statements for a whole thread. `counts` is by position; `posts` have none yet.
    """
    rows: list[Reaction] = []
    changed: list[Post] = []
    for post in posts:
        given = _given_to(post, counts.get(post.position or 0, {}), people)
        if given:
            rows += given
            changed.append(post)
            post.reactions = {}
            for reaction in given:
                post.reactions[reaction.kind] = post.reactions.get(reaction.kind, 0) + 1
            post.reaction_count = len(given)
    Reaction.objects.bulk_create(rows)
    Post.objects.bulk_update(changed, ["reactions", "reaction_count"])
    return len(rows)


def _given_to(post: Post, wanted: Mapping[str, int], people: list[Membership]) -> list[Reaction]:
    moment = post.published_at
    if moment is None:
        return []
    could = [one for one in people if one.pk != post.author_id and one.joined_at <= moment]
    given: list[Reaction] = []
    for kind, count in wanted.items():
        # Named after the post's words, so that the same people react each time the demo is made.
        dice = random.Random(f"{kind} {post.submission}")
        for by in dice.sample(could, min(count, len(could))):
            at = moment + WITHIN * dice.random() ** 3
            reaction = Reaction(post=post, membership=by, kind=Reaction.Kind(kind).value)
            reaction.created_at = min(at, datetime.datetime.now(datetime.UTC))
            given.append(reaction)
    return given
