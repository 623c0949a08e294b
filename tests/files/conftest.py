"""A stand-in for AWS on this machine, for the tests of live accounts."""

import pytest

from tests.files import moto_account

SAFE = {
    "AWS_CONFIG_FILE": "/nonexistent/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


@pytest.fixture(scope="module")
def address():
    with pytest.MonkeyPatch.context() as patch, moto_account.server() as found:
        for name, value in SAFE.items():
            patch.setenv(name, value)
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ENDPOINT_URL", found)
        patch.setattr("iamkit.files.live.WAITS", (0, 0))
        yield found
