"""Documents to read, sent to a box as files: PDF and office types. They are downloads for whoever reads the box, and
never a page of this place."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy, ngettext

from communities.content.exceptions import NoRoom
from communities.content.models import Space
from communities.content.storage import take_room
from communities.documents import checked_document, document_name
from communities.exceptions import FieldError, NotAllowed
from communities.fields import one_line
from communities.files import forget, opened
from communities.ideas.exceptions import IdeaError
from communities.ideas.models import LONGEST_TITLE, MOST_DOCUMENTS, Box, BoxPaper
from communities.ideas.permissions import FEATURE, can_edit_box
from communities.journal.services import record
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.stored import keep

FOLDER = "idea-papers"
_NO_ROOM = gettext_lazy(
    "This community has no room left for this file. Its team can make room, or ask for more."
)
ADD, REMOVE = "add_paper", "remove_paper"


@transaction.atomic
def add_paper(space: Space, title: str, file: File[Any], *, by: Membership) -> BoxPaper:
    """Put a document beside the question of a box. Without a title it is called as its file.

    Raises NotAllowed, TooFast, FieldError for a file that is not taken or one too many, IdeaError where there is no
    room, NotKept.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_box(by):
        raise NotAllowed
    kind = checked_document(file)
    count_act(by, Limited.UPLOAD)
    box: Box
    box, _new = Box.objects.select_for_update(of=("self",)).get_or_create(space=space)
    if BoxPaper.objects.filter(box=box).count() >= MOST_DOCUMENTS:
        said = ngettext("%(most)s document at most.", "%(most)s documents at most.", MOST_DOCUMENTS)
        raise FieldError(said % {"most": MOST_DOCUMENTS}, field="file")
    name = document_name(file, kind)
    title = one_line(title)[:LONGEST_TITLE] or PurePath(name).stem[:LONGEST_TITLE] or name
    size = file.size
    path = keep(f"{FOLDER}/{by.community_id}/{secrets.token_hex(16)}", file)
    try:
        take_room(size)
        paper: BoxPaper = BoxPaper.objects.create(
            box=box, title=title, path=path, name=name, content_type=kind, size=size
        )
        record(by, ADD, what=space.name, about=space.pk, before={"title": ""}, after={"title": title})
    except NoRoom as refusal:
        forget(path)
        raise IdeaError(_NO_ROOM) from refusal
    except Exception:
        # No row, no file: nobody would ever delete it.
        forget(path)
        raise
    return paper


def carry_papers(former: Box, made: Box) -> None:
    """The documents of a box in the one of the year after, each as a file of its own: either may be removed without the
    other. One whose file is gone stays behind. In the transaction that makes the box.

    Raises IdeaError where there is no room, NotKept; nothing of what was copied stays then.
    """
    copied: list[str] = []
    try:
        for paper in BoxPaper.objects.filter(box=former).exclude(path="").order_by("pk"):
            try:
                with opened(paper.path) as (found, size):
                    take_room(size)
                    path = keep(
                        f"{FOLDER}/{made.community_id}/{secrets.token_hex(16)}", ContentFile(found.read())
                    )
            except FileNotFoundError:
                continue
            copied.append(path)
            same = {name: getattr(paper, name) for name in ("title", "name", "content_type", "size")}
            BoxPaper.objects.create(box=made, path=path, **same)
    except NoRoom as refusal:
        forget(*copied)
        raise IdeaError(_NO_ROOM) from refusal
    except Exception:
        forget(*copied)
        raise


@transaction.atomic
def remove_paper(paper: BoxPaper, *, by: Membership) -> bool:
    """Take a document away, with its file. False when it was gone already. Raises NotAllowed."""
    refuse_closed(by, FEATURE)
    if not can_edit_box(by):
        raise NotAllowed
    held: BoxPaper | None = BoxPaper.objects.select_for_update(of=("self",)).filter(pk=paper.pk).first()
    if held is None:
        return False
    space, path = Space.objects.get(pk=held.box_id), held.path
    record(by, REMOVE, what=space.name, about=space.pk, before={"title": held.title}, after={"title": ""})
    held.delete()
    transaction.on_commit(lambda: forget(*filter(None, [path])))
    return True
