from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from communities.letters import SlugConverter


class CommunitiesConfig(AppConfig):
    name = "communities"
    label = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        register_converter(SlugConverter, "words")
        # Models exist only now.
        from communities import keeping
        from communities.landing import landing_after_signing_in
        from communities.mails import MailsOfCommunities, brand_of
        from communities.quotas import departure_of
        from members.emails import register_brand
        from members.landing import register_landing
        from members.mails.outbox import register_allowance
        from members.mails.sending import register_communities

        keeping.register()
        register_brand(brand_of)
        register_landing(landing_after_signing_in)
        register_communities(MailsOfCommunities())
        register_allowance(departure_of)
