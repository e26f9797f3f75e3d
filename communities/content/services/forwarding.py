"""Former addresses: each leads straight to where its thing is now, never in a circle."""

from __future__ import annotations

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
