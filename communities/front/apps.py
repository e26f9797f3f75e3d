from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import HOME, Place, Spot, register_place

# Pages about the place itself, at the foot of each page.
FOOT = (
    Place(_("About us"), "front:show-about", order=10),
    Place(_("Legal notice"), "front:show-legal", order=20),
    Place(_("House rules"), "front:show-rules", order=30),
    Place(_("Terms and conditions"), "front:show-legal-text", args=("terms",), order=35),
    Place(_("Privacy"), "front:show-legal-text", args=("privacy",), order=40),
    Place(_("Accessibility"), "front:show-legal-text", args=("accessibility",), order=50),
    Place(_("Help"), "front:show-help", order=60),
)


class FrontConfig(AppConfig):
    name = "communities.front"
    label = "front"
    verbose_name = _("Home and the place")

    def ready(self) -> None:
        # Sections speak of models, which exist only now.
        from communities.front import filling, own_sections, sections

        sections.register()
        own_sections.register()
        filling.register()
        register_place(Place(_("Home"), HOME, icon="home", order=10), Spot.DOCK)
        for place in FOOT:
            register_place(place, Spot.FOOT)
