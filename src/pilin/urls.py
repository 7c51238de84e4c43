"""Every address of the site; each programme brings its own."""

from django.urls import include, path

from pilin.engine.programme import registry
from pilin.intake import pages as intake
from pilin.kit.living import living
from pilin.site.people import language

handler500 = "pilin.run.away.failed"
urlpatterns = [
    path("", include("pilin.site.urls")),
    path("kit/", living, name="kit"),
    path("ledger/", include("pilin.ledger.urls")),
    path("", include((intake.urlpatterns, "intake"))),
    path("account/", include("allauth.urls")),
    path("language/", language, name="set_language"),
    *(path("", include((p.urlpatterns, p.name))) for p in registry),  # type: ignore[attr-defined]
]
