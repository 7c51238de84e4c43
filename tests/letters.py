"""Letters about accounts leave beside the page: here a test has them leave at once."""

from django.db import connection

from pilin.site import account_letters

_TAKEN = (
    "DELETE FROM procrastinate_jobs WHERE task_name = 'site.account_letter' AND status = 'todo'"
    " RETURNING args ->> 'sealed'"
)


def waiting() -> list[str]:
    """What waits to leave, as it lies in the database; it is taken out."""
    with connection.cursor() as cursor:
        return [sealed for (sealed,) in cursor.execute(_TAKEN).fetchall()]


def leave() -> int:
    """Have all that waits leave; gives how many."""
    found = waiting()
    for sealed in found:
        account_letters.leave(sealed=sealed)
    return len(found)
