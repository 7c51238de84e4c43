"""A participatory budget: announced, ideas, vetted, voted on, counted, done, confirmed."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import HOLDER, looked_at
from pilin.engine.procedure import Conversion, Gather, Procedure, states
from pilin.engine.rules import (
    holder,
    house,
    in_charge,
    link,
    nothing_running,
    office,
    on,
    once_checked,
    verified,
    workdays,
)
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.forms.shared import WordsForm
from pilin.forms.steps import judged
from pilin.intake.audiences import COULD_VOTE, MAY_VOTE

from . import conditions, forms

STATES = states(
    ("ideas", _("Ideas are gathered"), "raised"),
    ("vetting", _("Ideas are vetted"), "deliberated"),
    ("voting", _("The vote is open"), "deliberated"),
    ("counted", _("Counted, projects to be commissioned"), "decided"),
    ("under_way", _("Being done"), "decided"),
    ("disputed", _("Disputed, to be mended"), "decided"),
    ("delivered", _("Done, waiting for confirmation"), "done"),
    ("closed.", _("Confirmed by those whose ideas were chosen"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("none.", _("Nothing was chosen"), "confirmed"),
    ("stopped.", _("Called off"), "confirmed"),
)
VETTING = ("ideas", "vetting")

#: What the button says, and what the history says, of each step.
WORDS = {
    "announce": (_("Announce a participatory budget"), _("announced the budget")),
    "idea": (_("Add an idea"), _("added an idea")),
    "admit": (_("Admit an idea to the vote"), _("admitted an idea to the vote")),
    "refuse": (_("Do not admit an idea"), _("did not admit an idea")),
    "merge_idea": (_("Merge an idea with one like it"), _("merged an idea with one like it")),
    "end_ideas": (_("Take no more ideas"), _("took no more ideas")),
    "ideas_over": (
        _("The last day for ideas is over"),
        _("said that the last day for ideas is over"),
    ),
    "open_vote": (_("Open the vote"), _("opened the vote")),
    "nothing": (_("Close: there is nothing to vote on"), _("closed it: no idea was admitted")),
    "close_vote": (_("Close the vote and count it"), _("closed the vote and counted it")),
    "stop": (_("Call it off"), _("called it off")),
    "convert": (
        _("Convert what was chosen into a project"),
        _("converted what was chosen into a project"),
    ),
    "deliver": (_("Report it done"), _("reported it done")),
    "result": (_("Projects accepted"), _("is done: its projects were accepted")),
}

BUDGET = Procedure(
    "budget",
    1,
    _("Participatory budget"),
    STATES,
    (
        opens(
            "announce",
            "ideas",
            by=office(*forms.ANNOUNCERS),
            asks=forms.AnnounceForm,
            holder=in_charge,
            due=on("ideas_until"),
            joins="raiser",
        ),
        stays(
            "idea",
            "ideas",
            by=verified,
            asks=forms.IdeaForm,
            joins="supporter",
            only_if=conditions.ideas_wanted,
            tells=(HOLDER,),
        ),
        stays(
            "admit",
            VETTING,
            by=holder,
            asks=forms.AdmitForm,
            only_if=conditions.some_vetted,
            side=True,
            **looked_at(conditions.idea),
        ),
        stays(
            "refuse",
            VETTING,
            by=holder,
            asks=forms.RefuseForm,
            only_if=conditions.some_vetted,
            side=True,
            **looked_at(conditions.idea),
        ),
        stays(
            "merge_idea",
            VETTING,
            by=holder,
            asks=forms.MergeForm,
            only_if=conditions.some_alike,
            side=True,
            **looked_at(conditions.idea),
        ),
        moves(
            "end_ideas",
            "ideas",
            "vetting",
            by=holder,
            asks=forms.EndIdeasForm,
            holder=in_charge,
            due=workdays(15),
            side=True,
        ),
        lapses("ideas_over", "ideas", "vetting", holder=in_charge, due=workdays(15)),
        moves(
            "open_vote",
            "vetting",
            "voting",
            by=holder,
            asks=forms.OpenVoteForm,
            holder=in_charge,
            due=on("until", then=1),
            only_if=conditions.ready,
            tells=(MAY_VOTE,),
        ),
        closes(
            "nothing",
            "vetting",
            "none",
            "nothing",
            by=holder,
            asks=WordsForm,
            only_if=conditions.nothing_to_vote_on,
        ),
        moves(
            "close_vote",
            "voting",
            "counted",
            by=holder | house,
            ends_vote=True,
            asks=forms.CloseForm,
            holder=in_charge,
            due=workdays(15),
            only_if=conditions.time_is_up,
            gather=Gather(
                to="none",
                when=lambda s: not s.data["winners"],
                title=_("too few voted, or nobody named anything"),
                closes="nothing",
            ),
            tells=(COULD_VOTE,),
        ),
        closes(
            "stop",
            ("ideas", "vetting", "voting"),
            "stopped",
            "stopped",
            by=holder,
            asks=forms.StopForm,
            side=True,
        ),
        stays(
            "convert",
            "counted",
            by=holder,
            asks=forms.ConvertForm,
            gather=Gather(
                to="under_way",
                when=conditions.all_commissioned,
                title=_("there is a project for each"),
                holder=in_charge,
                due=forms.latest_finish,
            ),
            opens=Conversion(
                "project",
                "commission",
                forms.commission,
                back={"accepted": "result"},
                forth={"closed": "close", "lapsed": "lapse", "disputed": "reopen"},
            ),
        ),
        moves(
            "deliver",
            ("under_way", "disputed"),
            "delivered",
            by=holder,
            asks=WordsForm,
            evidence=1,
            holder=conditions.to_authors,
            due=workdays(15),
            only_if=nothing_running,
        ),
        moves(
            "result",
            ("under_way", "disputed"),
            "delivered",
            by=link,
            holder=conditions.to_authors,
            due=workdays(15),
        ),
        *judged(
            "delivered",
            closed="closed",
            lapsed="lapsed",
            back="disputed",
            holder=in_charge,
            due=workdays(20),
            by=once_checked(conditions.authors),
        ),
    ),
    words=WORDS,
    raise_title=_("Announce a participatory budget"),
)
