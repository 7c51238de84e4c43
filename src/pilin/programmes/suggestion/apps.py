from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionConfig(AppConfig):
    name = "pilin.programmes.suggestion"
    label = "suggestion"
    verbose_name = _("Suggestions")
