"""Former addresses: each leads straight to where its thing is now, never in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from communities.content.models import Redirect


def forward(path: str, target: str) -> None:
    """Answer `path` with 301 to `target` from now on; both are paths within the community.

    What led to `path` leads to `target` at once, and `target` itself is forwarded no more.
    """
    if path == target:
        return
    Redirect.objects.filter(path=target).delete()
    Redirect.objects.update_or_create(path=path, defaults={"target": target})
    Redirect.objects.filter(target=path).update(target=target)


def forward_many(targets: Mapping[str, str]) -> dict[str, str]:
    """Forward addresses of another site, each once: who led elsewhere already goes on doing so, and is returned.

    Nothing here leads to them yet, so no target is looked for among them, as `forward` does.
    """
    wanted = {path: target for path, target in targets.items() if path != target}
    taken = dict(Redirect.objects.filter(path__in=list(wanted)).values_list("path", "target"))
    Redirect.objects.filter(path__in=[path for path in set(wanted.values()) if "#" not in path]).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, target=target) for path, target in wanted.items() if path not in taken]
    )
    return taken
