"""Former addresses: each leads straight to where its thing is now, never in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from communities.content.exceptions import ContentError
from communities.content.models import Redirect
from communities.content.permissions import can_edit_redirects
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership


class RedirectRefused(ContentError):
    """A former address that would lead nowhere, or in a circle."""


def asked_as(path: str) -> str:
    """An address as a request for it is looked up, in the letters that its percent signs stand for."""
    return unquote(path)


def forward(path: str, target: str, *, below: bool = False) -> None:
    """Answer `path` with 301 to `target` from now on; both are paths within the community.

    What led to `path` leads to `target` at once, and `target` itself no longer redirects. `below` says that all that
    stood under `path` stands under `target` now.
    """
    if path == target:
        return
    Redirect.objects.filter(path=asked_as(target)).delete()
    Redirect.objects.update_or_create(path=asked_as(path), defaults={"target": target, "below": below})
    Redirect.objects.filter(target=path).update(target=target)
    if below:
        inside = Redirect.objects.filter(target__startswith=path)
        inside.update(target=Concat(Value(target), Substr("target", len(path) + 1)))


def keep_for(path: str) -> None:
    """An address that was public and is not for now: nothing else ever stands there."""
    Redirect.objects.get_or_create(path=asked_as(path), defaults={"target": asked_as(path)})


def is_known(path: str) -> bool:
    """Whether somebody may have been given this address, though nothing public stands there now."""
    return bool(Redirect.objects.filter(path=asked_as(path)).exists())


def forward_moved(targets: Mapping[str, str]) -> None:
    """Forward many things of this community that were moved, each with what stands below it."""
    moved = {path: target for path, target in targets.items() if path != target}
    Redirect.objects.filter(path__in=[asked_as(target) for target in moved.values()]).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=asked_as(path), target=target, below=True) for path, target in moved.items()],
        update_conflicts=True,
        unique_fields=["community", "path"],
        update_fields=["target", "below"],
    )
    behind = list(Redirect.objects.filter(target__in=list(moved)))
    for redirect in behind:
        redirect.target = moved[redirect.target]
    Redirect.objects.bulk_update(behind, ["target"], batch_size=500)


def forward_many(targets: Mapping[str, str]) -> dict[str, str]:
    """Forward addresses of another site, each once: one that already leads elsewhere keeps doing so, and is returned.

    Nothing here leads to them yet, so no target is looked for among them, as `forward` does.
    """
    wanted = {path: target for path, target in targets.items() if path != target}
    taken = dict(Redirect.objects.filter(path__in=list(wanted)).values_list("path", "target"))
    led_to = {asked_as(path) for path in wanted.values() if "#" not in path}
    Redirect.objects.filter(path__in=led_to).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, target=target) for path, target in wanted.items() if path not in taken]
    )
    return taken


def lead_anew(targets: Mapping[str, str]) -> set[str]:
    """Let addresses of another site lead elsewhere now, save those that somebody here has set; which ones do."""
    standing = list(Redirect.objects.filter(path__in=list(targets), by_hand=False))
    for redirect in standing:
        redirect.target = targets[redirect.path]
    Redirect.objects.bulk_update(standing, ["target"], batch_size=500)
    return {redirect.path for redirect in standing}


@transaction.atomic
def add_redirect(*, by: Membership, path: str, target: str) -> Redirect:
    """Let a former address lead to a page of this community; both are paths within it.

    Raises NotAllowed, RedirectRefused for an address that leads to itself, or in a circle.
    """
    if not can_edit_redirects(by):
        raise NotAllowed
    path, target = asked_as(path.strip()), target.strip()
    if path.rstrip("/") == asked_as(target).partition("#")[0].rstrip("/"):
        raise RedirectRefused(_("An address cannot lead to itself."))
    # Former addresses lead straight on: what the target led to is where this one leads.
    bare = asked_as(target).rstrip("/")
    onward = Redirect.objects.filter(path__in=[asked_as(target), bare, f"{bare}/"]).first()
    if onward is not None:
        target = onward.target
        if path.rstrip("/") == asked_as(target).partition("#")[0].rstrip("/"):
            raise RedirectRefused(_("These two addresses would lead to each other."))
    former = Redirect.objects.select_for_update().filter(path=path).first()
    redirect: Redirect
    redirect, _new = Redirect.objects.update_or_create(
        path=path, defaults={"target": target, "by_hand": True}
    )
    behind = Redirect.objects.filter(target=path)
    before: dict[str, Any] = {"target": former.target if former else ""}
    if former is not None:
        before["was_by_hand"] = former.by_hand
    if paths := sorted(behind.values_list("path", flat=True)):
        before["behind"] = paths
    behind.update(target=target)
    record(by, "redirect_set", what=path, about=redirect.pk, before=before, after={"target": target})
    return redirect


@transaction.atomic
def remove_redirect(redirect: Redirect, *, by: Membership) -> None:
    """The former address leads nowhere any more. Raises NotAllowed."""
    if not can_edit_redirects(by):
        raise NotAllowed
    before = {"target": redirect.target} | {
        name: True for name in ("below", "by_hand") if getattr(redirect, name)
    }
    record(by, "redirect_set", what=redirect.path, before=before, after={"target": ""})
    redirect.delete()


def set_redirect_back(path: str, kept: Mapping[str, Any], *, by: Membership) -> None:
    """What the journal holds: where it led, with all below it or not, or that it led nowhere; and what led to it.

    Raises NotAllowed, RedirectRefused.
    """
    if kept["target"]:
        stood = Redirect.objects.filter(path=path).exists()
        redirect = add_redirect(by=by, path=path, target=kept["target"])
        if not stood:
            redirect.below = kept.get("below", False)
        redirect.by_hand = kept.get("was_by_hand", kept.get("by_hand", stood))
        redirect.save(update_fields=["below", "by_hand"])
    elif (standing := Redirect.objects.filter(path=path).first()) is not None:
        remove_redirect(standing, by=by)
    Redirect.objects.filter(path__in=kept.get("behind", [])).update(target=path)
