"""For hosts that speak only ASGI. We serve by WSGI: ASGI keeps more database connections than there are."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()
