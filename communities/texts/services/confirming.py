"""Confirming, in one act, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from communities.models import Community, Membership
from communities.texts.models import TextVersion
from communities.texts.services.publishing import publish_text


@transaction.atomic
def confirm_texts(community: Community, *, by: Membership, read: Mapping[str, int]) -> list[TextVersion]:
    """Put into force the first version of each text that was `read`, by its kind with the revision of its draft (0
    where it is the proposal): all of them or none.

    Raises NotAllowed, TextEmpty, FactsMissing, TextChanged, NothingToDo where one was published meanwhile.
    """
    return [publish_text(community, kind, by=by, revision=revision) for kind, revision in read.items()]
