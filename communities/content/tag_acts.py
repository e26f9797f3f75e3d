"""What the journal knows of the acts on tags, and how each is put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from communities.content.models import Tag, TagWord
from communities.content.services import tag_keeping
from communities.content.services.tag_moving import REFILED
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def _tag_of(change: Change) -> Tag:
    tag: Tag | None = Tag.objects.filter(pk=int(change.about or 0)).first()
    if tag is None:
        raise NothingToUndo
    return tag


def _name_now(change: Change) -> Mapping[str, Any]:
    return {"name": _tag_of(change).name}


def _group_now(change: Change) -> Mapping[str, Any]:
    return {"group": _tag_of(change).group}


def _rename_back(change: Change, by: Membership) -> None:
    # What it was called by mistake means it no longer, unless it meant it before.
    meant = bool(change.before.get("words"))
    tag_keeping.rename_tag(_tag_of(change), by=by, name=change.before["name"], keeps_word=meant)


def _group_back(change: Change, by: Membership) -> None:
    tag_keeping.group_tag(_tag_of(change), by=by, group=change.before["group"])


def _take_word_out(change: Change, by: Membership) -> None:
    word = TagWord.objects.filter(pk=int(change.about or 0)).select_related("tag").first()
    if word is None:
        raise NothingToUndo
    tag_keeping.remove_tag_word(word, by=by)


def _put_word_in(change: Change, by: Membership) -> None:
    tag = _tag_of(change) if change.about else None
    tag_keeping.add_tag_word(by=by, word=change.what, tag=tag)


def _part(change: Change, by: Membership) -> None:
    tag_keeping.bring_tag_back(change.before, by=by, into=_tag_of(change))


def _allow(change: Change, by: Membership) -> None:
    tag_keeping.bring_tag_back(change.before, by=by)


def _is_refiled(change: Change) -> bool:
    """Most of its threads went before, part by part: of those nobody knows any more which had both tags."""
    return bool(change.before.get("refiled"))


def _page(_change: Change) -> str:
    return reverse("console:list-tags")


def _shown(name: str, value: Any) -> str | None:
    """Of threads their number: a tag may file thousands."""
    return number_format(len(value)) if name in ("threads", "shared") else None


def register() -> None:
    name, tag = _("Name"), _("Tag")
    fields = {
        "name": name,
        "group": _("Group"),
        "tag": tag,
        "into": _("Merged into"),
        "unused": _("No longer used"),
        "slug": _("Address"),
        "threads": _("Threads"),
        "shared": _("Threads that had both"),
        "words": _("Other words"),
    }
    for act in (
        Act("tag_renamed", _("Tag renamed"), fields, _page, _name_now, _rename_back),
        Act("tag_grouped", _("Tag put into a group"), fields, _page, _group_now, _group_back),
        Act("tag_word_added", _("Word for a tag added"), fields, _page, None, _take_word_out),
        Act("tag_word_removed", _("Word for a tag removed"), fields, _page, None, _put_word_in),
        Act("tags_merged", _("Tags merged"), fields, _page, None, _part, _shown, lasts=_is_refiled),
        Act("tag_forbidden", _("Tag forbidden"), fields, _page, None, _allow, _shown, lasts=_is_refiled),
        Act(REFILED, _("Tag taken off a part of its threads"), fields, _page, shown=_shown),
        Act("tag_brought_back", _("Tag brought back"), fields, _page),
    ):
        register_act(act)
