"""The command speaks its reader's language: its help, and what click says of wrong input."""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pilin.wording.saying import gettext_noop, in_chinese, ngettext, shells

#: What click says, as click has it; it looks these up in the text domain of the process.
CLICK = (
    gettext_noop("Usage:"),
    gettext_noop("Options"),
    gettext_noop("Commands"),
    gettext_noop("Positional arguments"),
    gettext_noop("default: {default}"),
    gettext_noop("Show this message and exit."),
    gettext_noop("Show the version and exit."),
    gettext_noop("Confirm the action without prompting."),
    gettext_noop("Repeat for confirmation"),
    gettext_noop("Aborted!"),
    gettext_noop("%(prog)s, version %(version)s"),
    gettext_noop("Error: {message}"),
    gettext_noop("Error: invalid input"),
    gettext_noop("Error: The two entered values do not match."),
    gettext_noop("Try '{command} {option}' for help."),
    gettext_noop("Missing command."),
    gettext_noop("Missing argument"),
    gettext_noop("Missing option"),
    gettext_noop("Missing parameter"),
    gettext_noop("No such command {name!r}."),
    gettext_noop("No such option {name!r}."),
    gettext_noop("Invalid value: {message}"),
    gettext_noop("Invalid value for {param_hint}: {message}"),
    gettext_noop("Option {name!r} does not take a value."),
    gettext_noop("{name} {filename!r} does not exist."),
    gettext_noop("{name} {filename!r} is a directory."),
    gettext_noop("{name} {filename!r} is a file."),
    gettext_noop("{name} {filename!r} is not readable."),
    gettext_noop("{name} {filename!r} is not writable."),
    gettext_noop("{value!r} is not a valid {number_type}."),
    gettext_noop("{value} is not in the range {range}."),
    gettext_noop("directory"),
    gettext_noop("file"),
    gettext_noop("path"),
)
CLICK_PLURAL = (
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
    ngettext(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1
    ),
    ngettext(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1
    ),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
    ngettext(
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
        1,
    ),
)
#: Of every group, since each may be called alone; what is below one has it from there.
HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
#: Columns of a page of help in Chinese: its characters are two wide, and click counts them as one.
CHINESE_WIDTH = 42


def in_readers_language() -> bool:
    """Have click look its words up in the catalogue of this room; whether they are Chinese."""
    chinese = shells().startswith("zh")
    os.environ["LANGUAGE"] = "zh_Hans" if chinese else "en"
    gettext.bindtextdomain("django", str(Path(__file__).parent / "locale"))
    gettext.textdomain("django")
    return chinese


in_readers_language()  # some of click's words are looked up where commands are declared


class Spoken(click.Group):
    """A group of commands that says everything in the language of the shell, or PILIN_LANG."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        chinese = in_readers_language()
        for thing, name, text in texts(self):
            setattr(thing, name, in_chinese(text) if chinese else text)
        self.context_settings["terminal_width"] = CHINESE_WIDTH if chinese else None
        return super().main(*args, **kwargs)


def texts(command: click.Command) -> Iterator[tuple[Any, str, str]]:
    """Every text of a command and those below it: what has it, as what, and the text in English."""
    yield from _of(command, "help", "epilog")
    for parameter in command.params:
        yield from _of(parameter, "help", "prompt")
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from texts(below)


def _of(thing: Any, *names: str) -> Iterator[tuple[Any, str, str]]:
    for name in names:
        text = thing.__dict__.setdefault(f"{name}_in_english", getattr(thing, name, None))
        if isinstance(text, str) and text:
            yield thing, name, inspect.cleandoc(text)
