"""What a step asks with, as the loop sees it; `pilin.forms` has the classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from .situation import Situation


class Form(Protocol):
    sealed: ClassVar[Any]  # names of fields, as the three below
    withheld: ClassVar[Any]
    confided: ClassVar[Any]
    hidden: ClassVar[Any]
    settled: ClassVar[Any]
    base_fields: ClassVar[dict[str, Any]]
    payload: ClassVar[Any]  # a type of payload
    at_once: ClassVar[bool]
    composes: ClassVar[bool]
    written: ClassVar[frozenset[str]]

    def __init__(self, data: Any = None, *, situation: Situation, **kwargs: Any) -> None: ...
    def is_valid(self) -> bool: ...
    @property
    def errors(self) -> Any: ...
    def keep_sealed(self, known: frozenset[str], unknown: frozenset[str]) -> None: ...
    def public(self) -> dict[str, Any]: ...
    def secret(self) -> dict[str, Any]: ...
    def matter_fields(self) -> dict[str, Any]: ...
    def alike(self) -> Sequence[Any]: ...
    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]: ...
