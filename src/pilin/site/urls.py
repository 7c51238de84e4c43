"""Pages of the shell; programmes bring their own in their `pages.py`."""

from django.urls import path

from . import board, desk, mapped, matters, people, places, steps, together, verify, votes

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
    path("matters/<int:key>/<slug:name>/", steps.take, name="step"),
    path("new/<slug:kind>/<slug:name>/", steps.open_new, name="new"),
    path("new/", steps.choose, name="choose"),
    path("files/<str:sha256>/<str:name>", matters.file, name="file"),
    path("drafts/<slug:key>/", steps.draft_file, name="draft-file"),
    path("map/", mapped.map_page, name="map"),
    path("map/picture.svg", mapped.picture, name="map-picture"),
    path("map/tiles/<slug:version>/<int:zoom>/<int:x>/<int:y>/", mapped.tile, name="map-tile"),
    path("map/at/", mapped.at, name="map-at"),
    path("places/", places.places, name="places"),
    path("places/<int:key>/", places.place, name="place"),
    path("organisations/<int:key>/", places.organisation, name="organisation"),
    path("search/", matters.search, name="search"),
    path("desk/", desk.desk, name="desk"),
    path("desk/views/", desk.views, name="desk-views"),
    path("desk/together/", together.together, name="together"),
    path("bell/", people.bell, name="bell"),
    path("sign-in/", people.sign_in, name="sign-in"),
    path("verify/", verify.verify, name="verify"),
    path("about/", verify.about, name="about"),
]
