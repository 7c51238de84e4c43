"""When some steps of a budget apply, and who those are whose ideas were chosen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import Wrote
from pilin.engine.procedure import HolderRule, Who
from pilin.engine.situation import Holder, Situation
from pilin.engine.telling import Telling
from pilin.intake import polls

from . import lists
from .models import Budget, Idea


def idea(t: Telling) -> Wrote:
    """Whose the idea is that was looked at."""
    found = Idea.objects.filter(matter=t.after, number=t.said["idea"]).first()
    return Wrote(found.author, found.entry) if found else Wrote("", None)


def ideas_wanted(s: Situation) -> bool:
    return s.today <= Budget.objects.get(pk=s.the_matter.pk).ideas_until


def some_wait(s: Situation) -> bool:
    return lists.ideas(s.the_matter.pk, "waiting").exists()


def some_vetted(s: Situation) -> bool:
    """There is an idea that was not merged, so that can be judged, or judged anew."""
    return lists.ideas(s.the_matter.pk, "waiting", "admitted", "refused").exists()


def some_alike(s: Situation) -> bool:
    waiting = lists.ideas(s.the_matter.pk, "waiting").count()
    return waiting > 0 and lists.ideas(s.the_matter.pk, "waiting", "admitted").count() > 1


def ready(s: Situation) -> bool:
    """Every idea was vetted and some are admitted."""
    return not some_wait(s) and lists.ideas(s.the_matter.pk, "admitted").exists()


def nothing_to_vote_on(s: Situation) -> bool:
    return not some_wait(s) and not ready(s)


def time_is_up(s: Situation) -> bool:
    """Nobody can close a vote on money before its last day: who could might wait for a count
    that suits."""
    poll = polls.under_way(s.the_matter.pk)
    return poll is not None and poll.until < s.now


def chosen(matter: int) -> list[Idea]:
    """What was chosen, first bought first."""
    return list(Idea.objects.filter(matter=matter, rank__isnull=False).order_by("rank"))


def to_commission(matter: int) -> list[Idea]:
    """Chosen ones that have no project yet."""
    return [idea for idea in chosen(matter) if idea.finish is None]


def all_commissioned(s: Situation) -> bool:
    """With the one just chosen there is a project for each."""
    left = {idea.number for idea in to_commission(s.the_matter.pk)}
    return left == {s.data["winner"]}


def _author(s: Situation) -> bool:
    rows = Idea.objects.filter(matter=s.the_matter.pk, author=s.actor.person)
    own = {idea.into or idea.number for idea in rows}
    return s.actor.kind == "person" and any(i.number in own for i in chosen(s.the_matter.pk))


def _first_author(s: Situation) -> Holder:
    return Holder(person=chosen(s.the_matter.pk)[0].author)


authors = Who("authors", _("those whose ideas were chosen"), _author)
to_authors = HolderRule(_("those whose ideas were chosen"), _first_author)
