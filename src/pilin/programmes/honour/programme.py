"""The award for those who stepped in (勇为好市民): nominated, judged by a committee, put on public notice, conferred."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, judging, pages
from .figures import figures
from .procedure import NOMINATION
from .workbook import AWARDS

PROGRAMME = Programme(
    "honour",
    procedures=(NOMINATION,),
    apply=(apply.NOMINATION,),
    sentences={
        "recused_do_not_vote": _("Whoever recused themselves may not vote."),
        "minors_are_not_named": _("A minor is never named."),
    },
    daily=judging.daily,
    recounts=pages.recounts,
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("nomination", pages.facts),),
    turns=pages.asked,
    figures=figures,
    sheets=(AWARDS,),
)
