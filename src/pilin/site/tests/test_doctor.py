"""`pilin doctor`, a finding at a time."""

import inspect
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from pilin.engine import evidence
from pilin.engine.models import Evidence
from pilin.site import backups, doctor, outside
from tests.databases import empty_database
from tests.test_erased import png

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import run_server_in_thread


@pytest.fixture(scope="module")
def provider():
    with run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("url", "tickets", "state"),
    [
        (None, "", doctor.OK),
        ("http://127.0.0.1:1", "", doctor.WARN),
        ("", "no.such.Class", doctor.WARN),
        ("", "", doctor.OK),
    ],
)
def test_the_doctor_says_whether_signing_in_elsewhere_works(
    settings, provider, url, tickets, state
):
    settings.OIDC_URL = provider if url is None else url
    settings.TICKETS = tickets
    assert doctor.sign_on().state == state


def test_whatever_can_be_looked_at_is_looked_at():
    """A check that is in no list is one nobody runs."""
    own = {
        name
        for module in (doctor, outside)
        for name, one in vars(module).items()
        if inspect.isfunction(one)
        and one.__module__ == module.__name__
        and inspect.signature(one).return_annotation == "Finding"
        and not name.startswith("_")
    }
    assert own == {check.__name__ for check in doctor.CHECKS}


@pytest.mark.parametrize(
    ("url", "hosts", "https", "state"),
    [
        ("https://town.example", ["town.example"], True, doctor.OK),
        ("https://town.example", [".example"], True, doctor.OK),
        ("https://town.example", ["other.example"], True, doctor.FAIL),
        ("https://town.example", ["town.example"], False, doctor.FAIL),
        ("http://town.example", ["town.example"], True, doctor.FAIL),
        ("http://127.0.0.1:8000", ["127.0.0.1"], False, doctor.WARN),
    ],
)
def test_the_doctor_says_whether_the_address_in_letters_leads_here(
    settings, url, hosts, https, state
):
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.HTTPS = url, hosts, https
    assert doctor.address().state == state


def test_a_file_that_was_changed_on_the_disk_is_found_within_a_month(world, settings, tmp_path):
    settings.DATA = tmp_path
    upload = SimpleUploadedFile("桥.png", png("a"))
    world.raised(title="有照片", files=[upload])
    (sha256,) = Evidence.objects.values_list("sha256", flat=True)
    share = evidence.share_of(sha256)
    assert backups.look_at_files(share) == 0 and doctor.evidence_files().state == doctor.OK
    kept = evidence.path_of(sha256).read_bytes()
    evidence.path_of(sha256).write_bytes(kept + b"x")
    assert backups.look_at_files(share) == 1 and backups.wrong_files() == {sha256: "changed"}
    evidence.path_of(sha256).unlink()
    assert backups.look_at_files((share + 1) % evidence.SHARES) == 0
    assert backups.wrong_files() == {sha256: "changed"}, "another night does not forget it"
    assert backups.look_at_files(share) == 1 and backups.wrong_files() == {sha256: "missing"}
    assert doctor.evidence_files().state == doctor.FAIL
    evidence.path_of(sha256).write_bytes(kept)
    assert backups.look_at_files(share) == 0 and doctor.evidence_files().state == doctor.OK


def test_a_new_installation_is_told_once_that_there_are_no_tables_yet(
    django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock(), empty_database(), translation.override("en"):
        found = list(doctor.examine())
    assert [f.what for f in found if "tables" in f.what] == ["there are no tables yet"]
    assert not [f for f in found if "relation" in f.what]
