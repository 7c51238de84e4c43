"""`pilin doctor`, a finding at a time."""

import inspect
import warnings

import pytest

from pilin.site import doctor

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
        for name, one in vars(doctor).items()
        if inspect.isfunction(one)
        and one.__module__ == doctor.__name__
        and inspect.signature(one).return_annotation == "Finding"
        and not name.startswith("_")
    }
    assert own == {check.__name__ for check in doctor.CHECKS}
