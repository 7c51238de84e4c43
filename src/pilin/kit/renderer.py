"""How forms look: labels above, errors that say how to mend them, one summary with links."""

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting

#: Widgets that show what people wrote, which is read in its own language.
OURS = {
    f"django/forms/widgets/{name}.html": "components/options.html"
    for name in ("radio", "checkbox_select")
}


class Renderer(TemplatesSetting):
    """Forms of this house by our templates; other single widgets by Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def __init__(self) -> None:
        super().__init__()
        self._widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        template_name = OURS.get(template_name, template_name)
        if template_name.startswith("django/forms/"):
            return self._widgets.get_template(template_name)
        return super().get_template(template_name)
