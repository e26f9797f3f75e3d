from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class BannerArchived(DomainError):
    """An archived banner is kept for its figures and shown to nobody; it is restored before anything else."""

    message = _("This banner is archived. Restore it first.")
