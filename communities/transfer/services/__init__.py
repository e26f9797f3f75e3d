"""Bringing other systems' content in: one act for each system."""

from communities.transfer.services.import_stackexchange import import_stackexchange
from communities.transfer.services.import_wordpress import import_wordpress

__all__ = ["import_stackexchange", "import_wordpress"]
