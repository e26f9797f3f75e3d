"""Reactions; their counts are kept on the post and changed in the same transaction."""

from __future__ import annotations

from django.db import connection, transaction

from communities.content.models import Post, Reaction
from communities.content.permissions import can_react_to_post
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member

COUNT = """
update content_post set reaction_count = reaction_count + %(step)s,
  reactions = jsonb_set(reactions, array[%(kind)s],
    to_jsonb(greatest(coalesce((reactions->>%(kind)s)::int, 0) + %(step)s, 0)))
where community_id = %(community)s and id = %(post)s
"""


@transaction.atomic
def react_to_post(post: Post, *, by: Membership, kind: str) -> bool:
    """React once; False when one had already. Raises NotAllowed, TooFast."""
    if not can_react_to_post(by, post):
        raise NotAllowed
    refuse_closed(by, "reactions")
    hold_member(by)
    reaction = Reaction(post=post, membership=by, kind=Reaction.Kind(kind).value)
    reaction.check_community()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into content_reaction (community_id, post_id, membership_id, kind, created_at)"
            " values (%s, %s, %s, %s, now()) on conflict do nothing",
            [post.community_id, post.pk, by.pk, reaction.kind],
        )
        if not cursor.rowcount:
            return False
    # Only what is new is counted; what is refused is not kept.
    count_act(by, Limited.REACT)
    _count(post, kind, 1)
    return True


@transaction.atomic
def unreact_to_post(post: Post, *, by: Membership, kind: str) -> bool:
    """Take a reaction back; False when there was none."""
    gone, _rows = Reaction.objects.filter(post=post, membership=by, kind=kind).delete()
    if gone:
        _count(post, kind, -1)
    return bool(gone)


def _count(post: Post, kind: str, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"step": step, "kind": kind, "community": post.community_id, "post": post.pk})
