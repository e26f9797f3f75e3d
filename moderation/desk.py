"""The team's navigation items: the queue with the number due today; and the settings of moderation."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.content.audiences import looked_after_by
from communities.memory import Memory
from communities.models import Community, Membership
from communities.navigation import DeskPlace, StartPage, register_desk_place, register_start_page
from communities.setup import Group, Setting, SettingsPage, register_settings_page
from moderation.models import Case, WatchWord
from moderation.permissions import can_edit_modes, can_see_queue


def _load(community_id: int, spaces: frozenset[int] | None) -> int:
    cases = Case.objects.filter(community_id=community_id).due_within(24)
    count: int = (cases if spaces is None else cases.filter(space_id__in=spaces)).count()
    return count


due_today: Memory[int] = Memory(_load)


def count_due(membership: Membership) -> int:
    """Cases to decide within a day; remembered for a second."""
    return due_today.get(membership.community_id, looked_after_by(membership))


def _set(community: Community, reader: Membership) -> list[Setting]:
    words = WatchWord.objects.count()
    watched = ngettext("%(number)s watch word", "%(number)s watch words", words)
    return [
        Setting(gettext("Moderation mode"), community.get_moderation_mode_display()),
        Setting(gettext("Watch words"), watched % {"number": number_format(words)}),
    ]


register_desk_place(
    DeskPlace(
        _("Queue"),
        "moderation:list-cases",
        "shield",
        order=20,
        may=can_see_queue,
        count=count_due,
        in_header=can_see_queue,
    )
)
register_start_page(
    StartPage(
        "queue",
        _("Queue"),
        "moderation:list-cases",
        20,
        may=can_see_queue,
        begins=lambda membership: membership.role == Membership.Role.MODERATOR and can_see_queue(membership),
    )
)
register_settings_page(
    SettingsPage(
        _("Moderation"),
        "moderation:edit-modes",
        "shield",
        Group.LAW,
        order=30,
        may=can_edit_modes,
        settings=_set,
        also=("moderation:edit-words", "moderation:show-journal"),
    )
)
