from pilin.kit.programme import Programme

from . import pages
from .procedure import TOY

PROGRAMME = Programme("toy", procedures=(TOY,), nav=(pages.NAV,), urls=pages.URLS)
