"""`manage.py migrate`: Django’s own, which goes through a first start’s steps with less work."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from config.database.quick_states import quick_states


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with quick_states():
            super().handle(*args, **options)
