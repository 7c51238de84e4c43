"""Words of the office in a plain sentence each: one list for every page that uses them.

The page `/words/` shows all; where a state or a step is called by one, its sentence stands beside it
(`{{ title|terms }}`). In which words code speaks of the same is in docs/glossary.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Words

#: Sentences beside one title: more would hide what the page is about.
MOST = 2


@dataclass(frozen=True)
class Term:
    """`key` is its anchor on the page of words; `word` as it stands in titles; `plain` one sentence."""

    key: str
    word: Words
    plain: Words


TERMS = (
    Term(
        "matter",
        _("Matter"),
        _("Anything that was brought up here and that somebody has to see to."),
    ),
    Term(
        "station",
        _("Station"),
        _("Where a village talks things over. Anybody may bring something up there."),
    ),
    Term(
        "hall",
        _("Hall"),
        _("The same for a town: it takes on what a village cannot settle alone."),
    ),
    Term(
        "take-up",
        _("Take it up"),
        _(
            "The station or hall says that it will see to this, and why; or that it will not, and why."
        ),
    ),
    Term("holder", _("Holder"), _("The office or the person whose turn it is now.")),
    Term("due", _("Due"), _("The day by which the holder has to do something.")),
    Term("nudge", _("Nudge"), _("You ask the holder to see to it, when it takes too long.")),
    Term(
        "evidence",
        _("Evidence"),
        _("Photos or files that show what was done. Everybody can look at them."),
    ),
    Term(
        "outcome",
        _("Outcomes"),
        _("What was agreed at the meeting, one sentence each; each is then done."),
    ),
    Term(
        "statement",
        _("Statement"),
        _("A short sentence to agree or disagree with. It names nobody."),
    ),
    Term(
        "opinion-map",
        _("Opinion map"),
        _("A picture of who answered alike, without any names."),
    ),
    Term(
        "confirmed",
        _("Confirmed"),
        _("Whoever brought it up has said that it is done. Only then does it count as done."),
    ),
    Term(
        "silence",
        _("Closed in silence"),
        _("It was reported done, and nobody objected in time. This is counted apart."),
    ),
    Term("across", _("Across the border"), _("Both sides take part in it.")),
    Term(
        "suggestion",
        _("Suggestion"),
        _("What a delegate proposes after hearing residents. An office must answer it by a day."),
    ),
    Term(
        "accept",
        _("Accept it"),
        _("The proposal is formally taken on, and an office is told to answer it."),
    ),
    Term(
        "fund",
        _("Restricted fund"),
        _("Money that may be spent on what it was given for and on nothing else."),
    ),
    Term(
        "share",
        _("Part of one vote"),
        _("Public money divided by the number of voters. It is nobody's own money; nobody pays."),
    ),
    Term(
        "pairing",
        _("Pairing"),
        _("Two villages, schools or people who promise to help each other."),
    ),
    Term(
        "wish",
        _("Wish"),
        _("Something small that a child would like. Only a code stands here, no name."),
    ),
    Term(
        "workbook",
        _("Workbook"),
        _("The table in which an office keeps its list, such as an Excel file."),
    ),
    Term("lead", _("Lead organisation"), _("The one that answers for a joint piece of work.")),
    Term(
        "approvals",
        _("Approvals"),
        _("Who has to say yes before work begins or money is paid."),
    ),
    Term(
        "entry",
        _("Entry"),
        _(
            "Each step is written down as one line. No line can be changed afterwards without it showing."
        ),
    ),
    Term(
        "receipt",
        _("Receipt"),
        _(
            "A slip for what you did, with a number. With it anybody can check that nothing was changed."
        ),
    ),
    Term(
        "fingerprint",
        _("Fingerprint of the entry"),
        _("A long number worked out from the words. If one sign is changed, it is another number."),
    ),
    Term(
        "sealed",
        _("Kept sealed"),
        _("Only whoever wrote it and the office in charge can read it; it can be erased."),
    ),
    Term(
        "made-up-name",
        _("Made-up name"),
        _("Stands on your ballot instead of your name. Nobody can tell from it who you are."),
    ),
)


def terms(text: Words) -> list[Term]:
    """The terms that stand in a title, in the language it is in: those that need a sentence beside it.

    Asked by its key, the one of that key.
    """
    asked = str(text).casefold()
    if one := [t for t in TERMS if t.key == asked]:
        return one
    return [t for t in TERMS if t.key in BESIDE and str(t.word).casefold() in asked][:MOST]


#: Words that are explained where they stand in a title; the rest on the page of words alone.
BESIDE = frozenset({"take-up", "outcome", "suggestion", "accept", "fund", "approvals", "nudge"})
