"""A new text with what its form wants under it, and what becomes of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from communities.content.models import Space, State, Thread
from communities.content.services.publishing import publish_thread
from communities.content.services.writing import start_thread
from communities.models import Membership


@transaction.atomic
def start_with_insets(
    space: Space, wanted: Sequence[Any], *, by: Membership, state: str = State.PUBLISHED, **about: Any
) -> Thread:
    """`start_thread` of a text with what stands under it, which is judged with it.

    `wanted` are valid forms of `insets.forms_for`; of several in which something was said, the first is taken. Raises
    what `start_thread` and `publish_thread` raise.
    """
    asked = [form for form in wanted if form.is_wanted]
    if not asked:
        return start_thread(space, by=by, state=state, **about)
    thread = start_thread(space, by=by, state=State.DRAFT, **about)
    # A second press of the same button finds the thread of the first, with all that belongs to it.
    if not thread.inset:
        asked[0].inset.store(thread, asked[0], by=by)
        if state == State.PUBLISHED:
            publish_thread(thread, by=by)
    return thread
