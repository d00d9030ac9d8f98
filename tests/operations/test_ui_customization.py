"""CSS and logo of the classic hosted pages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

INVALID = "InvalidParameterException"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
CSS = """
/* ours */
.logo-customizable { max-width: 60%; }
.submitButton-customizable, .submitButton-customizable:hover { background-color: #337ab7; color: rgb(1, 2, 3); }
.inputField-customizable:focus { border-color: #66afe9 }
"""


@pytest.fixture
def pool(idp: Any, account: str) -> dict[str, str]:
    """A pool with a domain and two clients."""
    pool_id = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    idp.create_user_pool_domain(UserPoolId=pool_id, Domain=f"looks-{account}")
    clients = [idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]["ClientId"] for _ in range(2)]
    return {"id": pool_id, "client": clients[0], "other": clients[1]}


def put(idp: Any, pool: dict[str, str], **request: Any) -> dict[str, Any]:
    shown: dict[str, Any] = idp.set_ui_customization(UserPoolId=pool["id"], **request)["UICustomization"]
    return shown


def get(idp: Any, pool: dict[str, str], **request: Any) -> dict[str, Any]:
    shown: dict[str, Any] = idp.get_ui_customization(UserPoolId=pool["id"], **request)["UICustomization"]
    return shown


def refused(idp: Any, pool: dict[str, str], **request: Any) -> tuple[str, str]:
    return refusal(idp.set_ui_customization, UserPoolId=pool["id"], **request)


class TestScope:
    def test_nothing_is_shown_before_anything_was_set(self, idp: Any, pool: dict[str, str]) -> None:
        assert get(idp, pool) == get(idp, pool, ClientId=pool["client"]) == {}

    def test_what_is_set_for_all_is_in_force_for_each_client(self, idp: Any, pool: dict[str, str]) -> None:
        shown = put(idp, pool, CSS=CSS)
        assert shown.keys() == {"UserPoolId", "ClientId", "CSS", "CSSVersion", "CreationDate", "LastModifiedDate"}
        assert (shown["UserPoolId"], shown["ClientId"], shown["CSS"]) == (pool["id"], "ALL", CSS)
        assert get(idp, pool) == get(idp, pool, ClientId="ALL") == get(idp, pool, ClientId=pool["client"]) == shown

    def test_what_is_set_for_a_client_replaces_that_as_a_whole(self, idp: Any, pool: dict[str, str]) -> None:
        put(idp, pool, ClientId="ALL", CSS=CSS, ImageFile=PNG)
        own = put(idp, pool, ClientId=pool["client"], CSS=".label-customizable {font-weight: 400}")
        assert "ImageUrl" not in own
        assert get(idp, pool, ClientId=pool["client"]) == own
        assert get(idp, pool, ClientId=pool["other"])["CSS"] == CSS

    def test_setting_nothing_goes_back_to_what_all_have(self, idp: Any, pool: dict[str, str]) -> None:
        common = put(idp, pool, CSS=CSS)
        put(idp, pool, ClientId=pool["client"], CSS=".label-customizable {}")
        put(idp, pool, ClientId=pool["client"])
        assert get(idp, pool, ClientId=pool["client"]) == common
        put(idp, pool)
        assert get(idp, pool) == {}

    def test_a_deleted_client_takes_its_own_along(self, idp: Any, pool: dict[str, str]) -> None:
        put(idp, pool, ClientId=pool["client"], CSS=CSS)
        idp.delete_user_pool_client(UserPoolId=pool["id"], ClientId=pool["client"])
        unknown = ("ResourceNotFoundException", f"User pool client {pool['client']} does not exist.")
        assert refusal(idp.get_ui_customization, UserPoolId=pool["id"], ClientId=pool["client"]) == unknown
        assert refused(idp, pool, ClientId=pool["client"], CSS=CSS) == unknown

    def test_the_version_is_the_time_of_the_change_and_the_birth_stays(self, idp: Any, pool: dict[str, str], clock: Clock) -> None:
        before = put(idp, pool, CSS=CSS)
        moment = datetime.strptime(before["CSSVersion"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        assert abs((moment - before["LastModifiedDate"]).total_seconds()) < 1
        clock.advance(minutes=1)
        after = put(idp, pool, CSS=CSS)
        assert after["CSSVersion"] > before["CSSVersion"]
        assert after["CreationDate"] == before["CreationDate"] < after["LastModifiedDate"]


class TestImages:
    @pytest.mark.parametrize(("image", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
    def test_the_logo_is_served_at_the_address_that_is_told(
        self, idp: Any, server: Server, pool: dict[str, str], image: bytes, media_type: str
    ) -> None:
        url = put(idp, pool, ImageFile=image)["ImageUrl"]
        assert url.startswith(server.url)
        answer = server.http.get(url)
        assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, image, media_type)

    def test_a_new_logo_has_a_new_address(self, idp: Any, server: Server, pool: dict[str, str]) -> None:
        old, new = put(idp, pool, ImageFile=PNG)["ImageUrl"], put(idp, pool, ImageFile=JPEG)["ImageUrl"]
        assert server.http.get(old).status_code == 404
        assert server.http.get(new).content == JPEG

    def test_a_logo_is_a_png_or_jpg_of_at_most_100_kb(self, idp: Any, pool: dict[str, str]) -> None:
        assert put(idp, pool, ImageFile=PNG.ljust(100 * 1024, b"\0"))["ImageUrl"]
        assert refused(idp, pool, ImageFile=PNG.ljust(100 * 1024 + 1, b"\0")) == (INVALID, "Image file size cannot exceed 100 KB.")
        assert refused(idp, pool, ImageFile=b"GIF89a....") == (INVALID, "Image file must be a PNG or JPG.")
        assert refused(idp, pool, ImageFile=b"<svg/>") == (INVALID, "Image file must be a PNG or JPG.")


class TestCss:
    @pytest.mark.parametrize(
        ("css", "message"),
        [
            ("body { display: none }", "The CSS class body is not in the list of allowed classes."),
            (".logo-customizable .x { color: red }", "The CSS class .logo-customizable .x is not in the list of allowed classes."),
            (".nothing-customizable { color: red }", "The CSS class .nothing-customizable is not in the list of allowed classes."),
            (".label-customizable:hover { color: red }", "The CSS class .label-customizable:hover is not in the list of allowed classes."),
            ('@import "https://example.com/x.css";', "CSS must not contain @import."),
            ("@media print { .logo-customizable { color: red } }", "CSS must not contain @media."),
            ("@supports (display: grid) { .logo-customizable {} }", "CSS must not contain @supports."),
            ("@page { margin: 0 }", "CSS must not contain @page."),
            (".logo-customizable { background: url(javascript:alert(1)) }", "CSS must not contain scripts."),
            (".logo-customizable {} </style><script>", "CSS must not contain scripts."),
            (".logo-customizable { color }", "Invalid CSS."),
            ("color: red", "Invalid CSS."),
            (".logo-customizable {" + " " * 3072 + "}", "CSS file size cannot exceed 3 KB."),
        ],
    )
    def test_css_reaches_for_the_customizable_classes_alone(self, idp: Any, pool: dict[str, str], css: str, message: str) -> None:
        assert refused(idp, pool, CSS=css) == (INVALID, message)
        assert get(idp, pool) == {}


class TestPools:
    def test_the_pool_must_have_a_domain(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="bare")["UserPool"]["Id"]
        bare = (INVALID, "There has to be an existing domain associated with this user pool.")
        assert refusal(idp.set_ui_customization, UserPoolId=pool_id, CSS=CSS) == bare
        assert refusal(idp.get_ui_customization, UserPoolId=pool_id) == bare

    def test_the_pool_must_exist(self, idp: Any) -> None:
        absent = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
        assert refusal(idp.set_ui_customization, UserPoolId="us-east-1_AbCdEfGhI", CSS=CSS) == absent
        assert refusal(idp.get_ui_customization, UserPoolId="us-east-1_AbCdEfGhI") == absent
