"""What a manager says of a box: question, rules, dates, votes; and opening it again next year."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.timezone import localtime

from communities.content.circles import READ
from communities.content.models import Space
from communities.content.services.arranging import add_space, settle
from communities.content.space_wishes import wishes_of
from communities.exceptions import NotAllowed
from communities.ideas.exceptions import BoxChanged
from communities.ideas.models import IDEAS, Box
from communities.ideas.papers import carry_papers
from communities.ideas.permissions import FEATURE, can_edit_box
from communities.ideas.phases import MOMENTS
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.memory import forget_all
from communities.models import Community, Membership

EDIT, OPEN, REOPEN = "edit_box", "open_box", "reopen_box"
# What a box says besides its dates.
PLAIN = (
    "question",
    "rules",
    "documents",
    "votes_each",
    "winners",
    "sponsor",
    "answers_in",
    "shows_worth",
)
_is_address = URLValidator(schemes=["http", "https"])
YEAR_AT_END = re.compile(r"\s+(?:19|20)\d\d$")


def opens_in_browser(url: str) -> bool:
    """Whether the address of a document leads to a page: of this place, or of the web."""
    if url.startswith("/"):
        return not url.startswith(("//", "/\\"))
    try:
        _is_address(url)
    except ValidationError:
        return False
    return True


@dataclass(frozen=True)
class Wishes:
    """A box as its form says it. `moments` has all five or none."""

    question: str = ""
    rules: str = ""
    documents: Sequence[dict[str, str]] = ()
    moments: Sequence[datetime.datetime | None] = field(default_factory=lambda: [None] * len(MOMENTS))
    votes_each: int = 5
    winners: int = 3
    sponsor: Membership | None = None
    answers_in: int | None = None
    shows_worth: bool = False


def wishes_of_box(box: Box) -> Wishes:
    moments = [getattr(box, name) for name in MOMENTS]
    return Wishes(**{name: getattr(box, name) for name in PLAIN}, moments=moments)


@transaction.atomic
def edit_box(
    space: Space, wishes: Wishes, *, by: Membership, version: int | None = None, opens: bool = False
) -> Box:
    """Say what a box asks, its rules, dates and budget. Votes that were given stay, also above a smaller budget.

    `version` is the one that its form was opened on; `opens` confirms the dates of a draft, whose space is read by the
    same people from now on as that of the year before. Raises NotAllowed, BoxChanged.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_box(by):
        raise NotAllowed
    # Not its key: who votes at this moment refers to it, and is waited for at the box.
    Community.objects.select_for_update(no_key=True).only("pk").get(pk=by.community_id)
    box: Box
    box, _new = Box.objects.select_for_update(of=("self",)).get_or_create(space=space)
    if version is not None and version != box.version:
        raise BoxChanged
    before = _told(wishes_of_box(box))
    _put_into(box, wishes)
    is_opened = opens and box.is_draft
    box.is_draft = box.is_draft and not opens
    box.version += 1
    box.save()
    if is_opened:
        _open_to_readers(box)
    act = OPEN if is_opened else EDIT
    record(by, act, what=space.name, about=space.pk, before=before, after=_told(wishes))
    transaction.on_commit(forget_all)
    return box


@transaction.atomic
def reopen_box(box: Box, *, by: Membership, community: Community) -> Box:
    """The same box a year later: a space of its own with question, rules, documents, budget and sponsor, its dates a
    year on, as a draft that the team alone reads until somebody confirms them. Pressed twice it is one.

    Raises NotAllowed, SpaceError, and as `carry_papers`.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_box(by) or not box.is_dated:
        raise NotAllowed
    Community.objects.select_for_update().only("pk").get(pk=community.pk)
    held: Box = Box.objects.select_for_update(of=("self",)).select_related("space").get(pk=box.pk)
    made: Box | None = Box.objects.select_related("space").filter(former=held).first()
    if made is not None:
        return made
    moments = [a_year_on(getattr(held, name)) for name in MOMENTS]
    opens_at = moments[0]
    assert opens_at is not None  # it is dated
    name = f"{YEAR_AT_END.sub('', held.space.name)[:74]} {localtime(opens_at).year}"
    asked = wishes_of(held.space)
    # Who submits and replies is as it was; who reads, once it is opened.
    whom = {right: said for right, said in asked.let_in.items() if right != READ}
    wishes = replace(asked, name=name, slug="", audience=Space.Audience.TEAM.value, let_in=whom)
    space = add_space(IDEAS, wishes, by=by, community=community)
    made = Box(space=space, former=held, is_draft=True)
    _put_into(made, replace(wishes_of_box(held), moments=moments))
    made.save(force_insert=True)
    carry_papers(held, made)
    record(
        by, REOPEN, what=space.name, about=space.pk, before={"opens_at": ""}, after=_told(wishes_of_box(made))
    )
    transaction.on_commit(forget_all)
    return made


def a_year_on(moment: datetime.datetime | None) -> datetime.datetime | None:
    """The same day and hour of the next year, by the community’s clocks; of 29 February the 28th."""
    if moment is None:
        return None
    local = localtime(moment)
    day = min(local.day, 28) if local.month == 2 else local.day
    naive = datetime.datetime(local.year + 1, local.month, day, local.hour, local.minute, local.second)
    return naive.replace(tzinfo=local.tzinfo)


def _put_into(box: Box, wishes: Wishes) -> None:
    for name in PLAIN:
        setattr(box, name, getattr(wishes, name))
    box.documents = list(wishes.documents)
    for name, moment in zip(MOMENTS, wishes.moments, strict=True):
        setattr(box, name, moment)


def _open_to_readers(box: Box) -> None:
    """Who read the box of the year before reads this one, too; where that is gone, everybody who reads the place."""
    space = Space.objects.select_for_update(no_key=True).get(pk=box.space_id)
    former = Space.objects.filter(pk=box.former_id).first() if box.former_id else None
    space.audience = former.audience if former else Space.Audience.PUBLIC.value
    space.let_in = {
        **space.let_in,
        **({READ: former.said(READ)} if former and former.said(READ) else {}),
    }
    space.version += 1
    space.save(update_fields=["audience", "let_in", "version"])
    settle(Community.objects.get(pk=space.community_id))


def _told(wishes: Wishes) -> dict[str, Any]:
    """As the journal keeps it: moments in UTC."""
    said = asdict(replace(wishes, sponsor=None, moments=[]))
    del said["moments"]
    said["documents"] = [one["title"] for one in wishes.documents]
    said["sponsor"] = wishes.sponsor.display_name if wishes.sponsor else ""
    for name, moment in zip(MOMENTS, wishes.moments, strict=True):
        said[name] = moment.astimezone(datetime.UTC).isoformat() if moment else ""
    return said
