"""Rice from seed to shop: lots and what came of them, shipments across the border, recalls."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, incoming, pages
from .figures import figures
from .procedure import LOT, RECALL, SHIPMENT
from .workbook import LOTS, SHIPMENTS

PROGRAMME = Programme(
    "chain",
    procedures=(LOT, SHIPMENT, RECALL),
    apply=(apply.LOT, apply.SHIPMENT, apply.RECALL),
    sentences={
        "no_more_out_than_in": _("No more can go out than is there. Somebody was faster."),
        "lot_within_what_went_in": _("More would come out than went in."),
        "lot_made_of_what_went_in": _("What went in does not add up."),
        "lot_code_once": _("There is a lot of this number already. Please give another one."),
        "no_more_arrives_than_was_sent": _("More would arrive than was sent."),
        "no_more_held_back_than_there_was": _("More would be held back than there was."),
    },
    listing=pages.LISTING,
    nav=pages.NAV,
    urls=pages.URLS,
    shown=(
        Shown("lot", pages.lot_facts, also=("kind:shipment",), own=pages.own),
        Shown("shipment", pages.shipment_facts),
        Shown("recall", pages.recall_facts),
    ),
    figures=figures,
    sheets=(LOTS, SHIPMENTS),
    documents=(incoming.sheets,),
)
