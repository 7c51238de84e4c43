from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventConfig(AppConfig):
    name = "pilin.programmes.event"
    label = "event"
    verbose_name = _("Events")
