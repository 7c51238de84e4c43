from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.additions import nav
from pilin.kit.conditional import conditional

nav(_("Lending"), "toy:tools")


@conditional(lambda request: ["kind:toy"])
def tools(request):
    return render(request, "toy/tools.html", {"matters": Matter.objects.filter(kind="toy")})


urlpatterns = [path("tools/", tools, name="tools")]
