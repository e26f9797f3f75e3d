"""What is told of ideas once it has happened. Each may run twice: a notice of one occasion is one line."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.content.models import Space
from communities.counted import keep_counted
from communities.ideas.funnel import FUNNEL, count_funnel
from communities.ideas.models import IDEAS
from communities.ideas.queries import box_for_page
from communities.ideas.telling import tell_of_boxes, tell_voters_of_answer, tell_voters_of_merging
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, inside_each
from members.rounds import Periodic


@shared_task(base=CommunityTask)
def tell_of_answer(answer_id: int) -> None:
    """Tell author, voters and followers of an idea what the team answered."""
    tell_voters_of_answer(answer_id)


@shared_task(base=CommunityTask)
def tell_of_merging(idea_id: int) -> None:
    """Tell author, voters and followers of an idea that it was merged into another one."""
    tell_voters_of_merging(idea_id)


@shared_task(base=CommunityTask)
def count_many_in_box(space_id: int) -> None:
    """What came of a box, for the page of its team; asked for by that page, as often as is needed."""
    space = Space.objects.select_related("community").filter(pk=space_id, kind=IDEAS).first()
    if space is not None:
        keep_counted(FUNNEL, space.pk, count_funnel(box_for_page(space), space.community))


@shared_task(base=Periodic)
def tell_of_begun_boxes() -> int:
    """Tell who follows the space of a box that it takes ideas, or votes, every minute; of how many boxes."""
    ids = communities_by_question("select communities_with_boxes_to_tell(%s)", [timezone.now()])
    return inside_each(ids, tell_of_boxes)
