from __future__ import annotations

from tests.communities.notifications.digesting import daily
from tests.push_service import push_service

__all__ = ["daily", "push_service"]
