"""What the pages of the tags show."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from communities.content.models import Tag, TagWord
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Community, Membership
from communities.setup import Setting

BY_USE = Keyset(("thread_count", NUMBER), ("pk", NUMBER), size=50)
NEWEST = Keyset(("pk", NUMBER), size=50)


def tags_page(*, words: str, after: str) -> Page[Tag]:
    tags = Tag.objects.most_used()
    return BY_USE.page_after(tags.holding(words) if words else tags, after)


def words_page(tag: Tag | None, *, after: str) -> Page[TagWord]:
    """Other words for a tag, or without one those that are not used; what was added last is first."""
    return NEWEST.newest_after(TagWord.objects.filter(tag=tag), after)


def groups() -> list[str]:
    return list(
        Tag.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()[:100]
    )


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    tags, unused = Tag.objects.used().count(), TagWord.objects.filter(tag=None).count()
    used = ngettext("%(number)s tag in use", "%(number)s tags in use", tags)
    value = used % {"number": number_format(tags)}
    if unused:
        barred = ngettext("%(number)s blocked word", "%(number)s blocked words", unused)
        value = f"{value}, {barred % {'number': number_format(unused)}}"
    return [Setting(gettext("Tags"), value, words=gettext("label keyword synonym merge forbid group"))]
