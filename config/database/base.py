"""PostgreSQL as Django speaks to it, where nothing that follows a commit turns its answer into an error.

What was stored is stored: a file that cannot be deleted, a queue that is full or a mark that is not set is logged, and
whoever wrote gets the answer that their text is there. Django leaves that to each call (`robust`), and one forgotten
call is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):  # the name that Django looks for
    def on_commit(self, func: Callable[[], Any], robust: bool = True) -> None:
        """Call it after the commit; whatever it raises is logged, whatever `robust` says."""
        super().on_commit(func, robust=True)
