"""What names in workbooks were said to mean."""

from django.db import models

from pilin.people.read_model import ReadModel


class Naming(ReadModel):
    """A name `written` in a workbook and what it means. Its id is that of the first entry to say so.

    `sheet` is the declared sheet whose column it names, "" where it names a sheet. `meant` is a
    declared name, "" where it is not read.
    """

    id = models.BigIntegerField(primary_key=True)
    sheet = models.CharField(max_length=60, blank=True)
    written = models.CharField(max_length=120)
    meant = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sheet", "written"), name="a_name_means_one_thing"),
        )
