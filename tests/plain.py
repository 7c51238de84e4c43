"""Settings for tests of words alone: the two languages, and no application."""

from pathlib import Path

import pilin

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = sorted(Path(pilin.__file__).parent.glob("*/locale"))
TIME_ZONE = "Asia/Shanghai"
SECRET_KEY = "of nothing"
