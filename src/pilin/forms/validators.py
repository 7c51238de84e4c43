"""What no text may hold: characters that cannot be seen, and the names of children."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.wording.text import (
    bad_character,
    code_point,
    is_visible,
    lines_alike,
    overrides_direction,
)


def no_control_characters(value: str) -> None:
    """Refuse what no text may hold (`wording.text`); line breaks and tabs are fine."""
    char = bad_character(lines_alike(value))
    if not char:
        return
    if overrides_direction(char):
        raise ValidationError(_("This text changes its reading direction. Please retype it."))
    raise ValidationError(
        _("This text holds an invisible control character (%(code)s). Please retype it."),
        code="control",
        params={"code": code_point(char)},
    )


def visible(value: str) -> None:
    """Refuse a text of which nothing can be seen."""
    if value and not is_visible(value):
        raise ValidationError(
            _("Nothing of this can be seen. Please write it in letters."), code="invisible"
        )


#: The hundred commonest family names, enough to notice most names of children.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_CHILD = re.compile(
    rf"[{_FAMILY}][一-龥]{{1,2}}(?:小朋友|小同学|同学)|(?<!任)[{_FAMILY}]某(?![些个种一项])|(?:姓名|名叫|叫做)[:：]?\s*[{_FAMILY}][一-龥]{{1,2}}"
)


NAMES_A_CHILD = _("This looks like the name of a child. Please write the child's code instead.")


def names_a_child(text: str) -> bool:
    return bool(_CHILD.search(text))


def no_childs_name(value: str) -> None:
    """Refuse what looks like the name of a child; a code (学生01) stands for one."""
    if _CHILD.search(value):
        raise ValidationError(NAMES_A_CHILD, code="child")
