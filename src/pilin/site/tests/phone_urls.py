"""The addresses of an installation that sends text messages: allauth adds these only then."""

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("account/phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("account/phone/change/", views.change_phone, name="account_change_phone"),
    path("", include("pilin.urls")),
]
