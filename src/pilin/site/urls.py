"""Pages of the shell; programmes bring their own in their `pages.py`."""

from django.urls import path

from . import (
    accounts,
    board,
    desk,
    matters,
    offline,
    people,
    places,
    printing,
    search,
    steps,
    together,
    verify,
    votes,
)

app_name = "web"
urlpatterns = [
    path("", board.board, name="board"),
    path("votes/", votes.votes, name="votes"),
    path("more/", board.more, name="more"),
    path("work/", board.work, name="work"),
    path("figures/", board.printed_figures, name="figures"),
    path("matters/<int:key>/sealed/", matters.sealed, name="sealed"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<int:key>/", matters.matter, name="matter"),
    path("matters/<int:key>/notice.pdf", printing.notice, name="notice-pdf"),
    path("matters/<int:key>/poster.pdf", printing.poster, name="poster-pdf"),
    path("receipts/<int:number>.pdf", printing.receipt, name="receipt-pdf"),
    path("matters/<int:key>/<slug:name>/", steps.take, name="step"),
    path("new/<slug:kind>/<slug:name>/", steps.open_new, name="new"),
    path("new/", steps.choose, name="choose"),
    path("files/<str:sha256>/<str:name>", matters.file, name="file"),
    path("drafts/<slug:key>/", steps.draft_file, name="draft-file"),
    path("places/", places.places, name="places"),
    path("places/<int:key>/", places.place, name="place"),
    path("organisations/<int:key>/", places.organisation, name="organisation"),
    path("search/", search.search, name="search"),
    path("desk/", desk.desk, name="desk"),
    path("desk/views/", desk.views, name="desk-views"),
    path("desk/together/", together.together, name="together"),
    path("bell/", people.bell, name="bell"),
    path("sign-in/", people.sign_in, name="sign-in"),
    path("verify/", verify.verify, name="verify"),
    path("sw.js", offline.worker, name="worker"),
    path("offline/", offline.offline, name="offline"),
    path("look/", accounts.look, name="look"),
    path("about/", verify.about, name="about"),
]
