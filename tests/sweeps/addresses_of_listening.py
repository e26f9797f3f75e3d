"""Addresses of listening."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import BY_POST_ONLY_FOR_ALL, nobody, only

LISTEN, MANAGE = only("manager", "marketing", "owner"), only("manager", "owner")
# Another tool is known by its signature alone.
UNSIGNED = nobody("401")
MENTION, WAITS = {"pk": "mention.pk"}, {"pk": "mention_waits.pk"}
NAME, HOOK = {"pk": "tracked_name.pk"}, {"pk": "mention_hook.pk"}

LISTENING = {
    "manage/listening/": Address(LISTEN),
    "manage/listening/<int:pk>/": Address(LISTEN, MENTION),
    "manage/listening/<int:pk>/seen/": act(LISTEN, **MENTION),
    "manage/listening/<int:pk>/hide/": act(LISTEN, **MENTION),
    "manage/listening/<int:pk>/show/": act(LISTEN, pk="mention_hidden.pk"),
    "manage/listening/<int:pk>/delete/": Address(MANAGE, MENTION, post=MANAGE),
    "manage/listening/<int:pk>/assign/": act(LISTEN, {"to": ""}, **MENTION),
    "manage/listening/<int:pk>/reply/": act(LISTEN, {"day": "2020-01-01"}, **MENTION),
    "manage/listening/<int:pk>/reply/call-off/": act(LISTEN, **WAITS),
    "manage/listening/<int:pk>/reply/given/": act(LISTEN, **WAITS),
    "manage/listening/<int:pk>/reply/again/": act(LISTEN, **WAITS),
    "manage/listening/figures/": Address(LISTEN),
    "manage/listening/names/": Address(LISTEN, post=LISTEN, data={"name": "Reef"}),
    "manage/listening/names/<int:pk>/": Address(LISTEN, NAME, post=LISTEN, data={"name": "Halyard"}),
    "manage/listening/names/<int:pk>/drop/": act(LISTEN, **NAME),
    "manage/listening/names/<int:pk>/take-back/": act(LISTEN, pk="tracked_gone.pk"),
    "manage/listening/sources/": Address(LISTEN),
    "manage/listening/sources/feeds/": act(LISTEN, {"name": "A", "address": "https://blog.example.com/rss"}),
    "manage/listening/sources/tools/": act(LISTEN, {"name": "Another watcher"}),
    "manage/listening/sources/<int:pk>/secret/": Address(LISTEN, HOOK, post=LISTEN),
    "manage/listening/sources/<int:pk>/read/": act(LISTEN, pk="mention_feed.pk"),
    "manage/listening/sources/<int:pk>/remove/": act(LISTEN, **HOOK),
    "manage/listening/sources/<int:pk>/take-back/": act(LISTEN, pk="mention_shut.pk"),
    "hooks/mentions/<uuid:token>/": Address(
        BY_POST_ONLY_FOR_ALL, {"token": "mention_hook.token"}, post=UNSIGNED
    ),
}
