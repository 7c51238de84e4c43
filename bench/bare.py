"""A Django with one view that says one word: what the server can do at most."""

import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from pilin.run import web
from pilin.run.threads import Threads

if not settings.configured:  # once as the main module, once as what is served
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bench")


def word(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", headers={"Content-Length": "2"})


urlpatterns = [path("", word)]
application = Threads(get_wsgi_application(), 4)

if __name__ == "__main__":
    web.serve("bench.bare:application", "127.0.0.1", int(sys.argv[1]), 1)
