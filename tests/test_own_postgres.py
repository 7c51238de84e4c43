"""PostgreSQL of one's own is waited for where it was killed a moment ago."""

import psycopg
import pytest

from pilin.run import postgres


class Server:
    def get_uri(self, database):
        return f"postgresql:///{database}"


class Database:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, *_):
        return self

    def fetchone(self):
        return (1,)


def test_a_server_on_its_way_back_is_waited_for(monkeypatch):
    answers = [
        psycopg.OperationalError("refused"),
        psycopg.OperationalError("starting"),
        Database(),
    ]

    def connect(*_args, **_more):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(psycopg, "connect", connect)
    assert postgres._with_database(Server(), "pilin") == "postgresql:///pilin"
    assert answers == []


def test_a_server_that_stays_away_is_told_of(monkeypatch):
    def connect(*_args, **_more):
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(postgres, "PATIENCE", 0)
    with pytest.raises(psycopg.OperationalError):
        postgres._with_database(Server(), "pilin")
