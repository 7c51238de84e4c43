"""Addresses of the sign-on with tickets; allauth puts them below those of accounts."""

from django.urls import path

from . import views

urlpatterns = [
    path("ticket/", views.start, name="ticket_login"),
    path("ticket/back/<str:state>/", views.back, name="ticket_back"),
]
