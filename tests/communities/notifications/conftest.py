from __future__ import annotations

from tests.push_service import push_service

__all__ = ["push_service"]
