from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Only for its sentences: the command line speaks the reader's language too."""

    name = "pilin.server"
    label = "server"
