"""What was brought in from elsewhere, and the imports that brought it."""

from communities.transfer.models.imports import Import
from communities.transfer.models.items import ImportedItem, UnclaimedAddress

__all__ = ["Import", "ImportedItem", "UnclaimedAddress"]
