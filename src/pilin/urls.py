"""Every address of the site; each folder brings its own."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from pilin.intake import pages as intake
from pilin.site.people import language

urlpatterns = [
    path("", include("pilin.site.urls")),
    path("ledger/", include("pilin.ledger.urls")),
    path("", include((intake.urlpatterns, "intake"))),
    path("account/", include("allauth.urls")),
    path("language/", language, name="set_language"),
]
for app in apps.get_app_configs():
    if app.name in settings.PROGRAMMES and module_has_submodule(app.module, "pages"):
        pages = import_module(f"{app.name}.pages")
        urlpatterns.append(path("", include((pages.urlpatterns, app.label))))
