"""Every address of the site; each folder brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("pilin.web.urls")),
    path("ledger/", include("pilin.ledger.urls")),
    path("account/", include("allauth.urls")),
]
