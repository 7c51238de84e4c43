"""Jobs that pages begin: found here by the worker."""

from .manage.carrying import carry

__all__ = ["carry"]
