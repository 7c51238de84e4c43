"""Meetings that become work: read, looked over, handed out, confirmed; what is open begins the next agenda."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import SESSION, TASK
from .workbook import TASKS

PROGRAMME = Programme(
    "meeting",
    procedures=(SESSION, TASK),
    apply=(apply.SESSION, apply.TASK),
    listing=pages.LISTING,
    nav=pages.NAV,
    urls=pages.URLS,
    shown=(
        Shown(
            "session",
            pages.facts,
            also=("kind:task", "kind:project", "kind:consultation"),
            own=pages.own,
        ),
        Shown("task", pages.task_facts),
    ),
    figures=figures,
    sheets=(TASKS,),
)
