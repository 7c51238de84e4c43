from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WishConfig(AppConfig):
    name = "pilin.programmes.wish"
    label = "wish"
    verbose_name = _("Wishes")
