from django.urls import path

from . import views, witnessing

app_name = "ledger"
urlpatterns = [
    path("verify.py", views.script, name="script"),
    path("witness/add-checkpoint", witnessing.add, name="witness-add"),
    path("witness/key", witnessing.key, name="witness-key"),
    path("witness/<slug:digest>/checkpoint", witnessing.latest, name="witness-latest"),
    path("<slug:log>/", views.about, name="log"),
    path("<slug:log>/checkpoint", views.checkpoint, name="checkpoint"),
    path(
        "<slug:log>/checkpoint/witnessed", views.checkpoint_witnessed, name="checkpoint-witnessed"
    ),
    path("<slug:log>/policy", views.policy, name="policy"),
    path("<slug:log>/key", views.key, name="key"),
    path("<slug:log>/tile/<slug:level>/<path:rest>", views.tile, name="tile"),
    path("<slug:log>/<int:number>/", views.receipt, name="receipt"),
    path("<slug:log>/<int:number>/receipt.json", views.receipt_json, name="receipt-json"),
    path("<slug:log>/<int:number>/qr.svg", views.qr, name="qr"),
]
