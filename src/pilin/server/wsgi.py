"""The application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
django = get_wsgi_application()

from pilin.server.front import Front  # noqa: E402 (reads settings)

application = Front(django)
