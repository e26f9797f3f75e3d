"""Addresses of importing and exporting in the settings."""

from __future__ import annotations

from communities.transfer.importing.urls import urlpatterns as importing

app_name = "transfer"

urlpatterns = [
    *importing,
]
