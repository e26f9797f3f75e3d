"""What becomes of the reply that added an answer becomes of the answer."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from communities.content.models import Post
from communities.polls.adding import settle_answers_of
from communities.signals import post_removed, post_restored


@receiver(post_removed, dispatch_uid="polls.answer_withdrawn")
@receiver(post_restored, dispatch_uid="polls.answer_back")
def settle_answers(sender: type[Post], post: Post, **_extra: Any) -> None:
    settle_answers_of(post)
