"""Whatever is killed, stopped or rebuilt while people act: what they were told is there, once."""

from tests.installation import data_folder

from . import chaos


def test_what_was_acknowledged_is_there_once_whatever_is_killed():
    with data_folder("chaos", begun=True) as folder:
        said = chaos.run(folder, moments=5, seed=7)
    assert said["steps lost"] == said["steps doubled"] == said["problems"] == []
    assert said["steps acknowledged"] > 5 and said["ballots acknowledged"] > 50
    assert said["answers by status"].keys() <= {"200", "302", "503"}
