from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.programme import NavItem

NAV = NavItem(_("Lending"), "toy:tools")


@conditional(lambda request: ["kind:toy"])
def tools(request):
    return render(request, "toy/tools.html", {"matters": Matter.objects.filter(kind="toy")})


URLS = (path("tools/", tools, name="tools"),)
