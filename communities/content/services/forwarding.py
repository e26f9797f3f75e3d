"""Former addresses: each leads straight to where its thing is now, never in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from communities.content.models import Redirect


def forward(path: str, target: str, *, below: bool = False) -> None:
    """Answer `path` with 301 to `target` from now on; both are paths within the community.

    What led to `path` leads to `target` at once, and `target` itself no longer redirects. `below` says that all that
    stood under `path` stands under `target` now.
    """
    if path == target:
        return
    Redirect.objects.filter(path=target).delete()
    Redirect.objects.update_or_create(path=path, defaults={"target": target, "below": below})
    Redirect.objects.filter(target=path).update(target=target)
    if below:
        inside = Redirect.objects.filter(target__startswith=path)
        inside.update(target=Concat(Value(target), Substr("target", len(path) + 1)))


def forward_moved(targets: Mapping[str, str]) -> None:
    """Forward many things of this community that were moved, each with what stands below it."""
    moved = {path: target for path, target in targets.items() if path != target}
    Redirect.objects.filter(path__in=list(moved.values())).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, target=target, below=True) for path, target in moved.items()],
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
    Redirect.objects.filter(path__in=[path for path in set(wanted.values()) if "#" not in path]).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, target=target) for path, target in wanted.items() if path not in taken]
    )
    return taken
