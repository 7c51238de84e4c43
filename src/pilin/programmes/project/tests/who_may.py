"""Who may take its steps, worked out from the tables alone."""

from tests.meaning import leads


def orderer(matter, actor):
    return leads(matter.source.org if matter.source else matter.org, actor)


MEANING = {"orderer": orderer}
