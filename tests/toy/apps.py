from django.apps import AppConfig


class ToyConfig(AppConfig):
    name = "toy"
    label = "toy"
