"""The Content-Security-Policy of every answer: put together once, since no page has its own."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


@cache
def policy() -> str:
    return str(build_policy())


class PolicyMiddleware(MiddlewareMixin):
    """An answer that says more strictly what it may load keeps that."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault(HEADER, policy())
        return response
