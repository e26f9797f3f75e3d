from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaptureConfig(AppConfig):
    name = "analytics.capture"
    label = "capture"
    verbose_name = _("Audience")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.capture.recording import record_view
        from communities.middleware import register_recorder

        register_recorder(record_view)
