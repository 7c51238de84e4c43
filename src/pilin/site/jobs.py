"""Jobs that pages begin: found here by the worker."""

from .account_letters import leave
from .manage.carrying import carry

__all__ = ["carry", "leave"]
