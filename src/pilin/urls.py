"""Every address of the site; each folder brings its own."""

from django.apps import apps
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from pilin.web.views.people import language

urlpatterns = [
    path("", include("pilin.web.urls")),
    path("ledger/", include("pilin.ledger.urls")),
    path("account/", include("allauth.urls")),
    path("language/", language, name="set_language"),
]
for app in apps.get_app_configs():
    if app.name.startswith("pilin.programmes.") and module_has_submodule(app.module, "pages"):
        urlpatterns.append(path("", include((f"{app.name}.pages", app.label))))
