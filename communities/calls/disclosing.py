"""What is kept of people who apply and who judge, and what they may take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.calls.models import Application, ApplicationFile
from communities.calls.permissions import FEATURE
from communities.disclosures import Kept, Taken, kept, taken
from communities.launch.features import chosen_features
from communities.models import Community, Membership

READ = 100


def answers_of(membership: Membership) -> Iterator[dict[str, Any]]:
    """What somebody answered in their applications, question by question, in words."""
    rows = ApplicationFile.objects.filter(application__applicant=membership)
    files = {(number, key): name for number, key, name in rows.values_list("application_id", "key", "name")}
    mine = Application.objects.filter(applicant=membership).select_related("call__thread").order_by("pk")
    for one in mine.iterator(chunk_size=READ):
        for question in one.call.questions:
            key = question["key"]
            yield {
                "call": one.call.thread.title,
                "question": question["words"],
                "answer": files.get((one.pk, key)) or one.answers.get(key, ""),
            }


def has_calls(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    until = _("until you take it back as a draft, leave, or are erased; its files go with it")
    kept.register(
        Kept("applications", _("your applications to calls, and their files"), until, 14, has_calls)
    )
    scores = _("for good, in the mean; without your name once you take your texts along or are erased")
    kept.register(Kept("jury_scores", _("the scores that you give in a jury"), scores, 15, has_calls))
    taken.register(
        Taken("application_answers", _("what you answered in your applications to calls"), answers_of)
    )
