"""Managed login styles."""

import uuid
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock

INVALID = "InvalidParameterException"
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
NO_STYLE = ("ResourceNotFoundException", "ManagedLoginBranding does not exist.")
ONE_SOURCE = (INVALID, "useCognitoProvidedValues or settings should be specified (but not both)")
SETTINGS = {"components": {"form": {"borderRadius": 12, "lightMode": {"backgroundColor": "ff0000ff"}}}}


def asset(category: str = "FORM_LOGO", mode: str = "LIGHT", content: bytes = b"image", **more: Any) -> dict[str, Any]:
    return {"Category": category, "ColorMode": mode, "Extension": "PNG", "Bytes": content} | more


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return pool_id


@pytest.fixture
def client_id(idp: Any, pool_id: str) -> str:
    client_id: str = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]["ClientId"]
    return client_id


def create(idp: Any, pool_id: str, client_id: str, **request: Any) -> dict[str, Any]:
    made: dict[str, Any] = idp.create_managed_login_branding(UserPoolId=pool_id, ClientId=client_id, **request)["ManagedLoginBranding"]
    return made


def update(idp: Any, style: dict[str, Any], **request: Any) -> dict[str, Any]:
    named = {"UserPoolId": style["UserPoolId"], "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    changed: dict[str, Any] = idp.update_managed_login_branding(**named, **request)["ManagedLoginBranding"]
    return changed


def describe(idp: Any, style: dict[str, Any], **request: Any) -> dict[str, Any]:
    named = {"UserPoolId": style["UserPoolId"], "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    shown: dict[str, Any] = idp.describe_managed_login_branding(**named, **request)["ManagedLoginBranding"]
    return shown


class TestCreating:
    def test_aws_values_show_no_settings_and_no_assets(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        assert uuid.UUID(style["ManagedLoginBrandingId"]).version == 4
        assert "Settings" not in style
        assert (style["UserPoolId"], style["UseCognitoProvidedValues"], style["Assets"]) == (pool_id, True, [])
        assert describe(idp, style) == style

    def test_settings_and_images_come_back_as_they_were_sent(self, idp: Any, pool_id: str, client_id: str) -> None:
        images = [asset(content=bytes(range(256))), asset("PAGE_BACKGROUND", "DARK", ResourceId="the one")]
        style = create(idp, pool_id, client_id, Settings=SETTINGS, Assets=images)
        assert (style["Settings"], style["Assets"], style["UseCognitoProvidedValues"]) == (SETTINGS, images, False)
        found = idp.describe_managed_login_branding_by_client(UserPoolId=pool_id, ClientId=client_id)["ManagedLoginBranding"]
        assert found == describe(idp, style) == style

    def test_a_client_has_one_style(self, idp: Any, pool_id: str, client_id: str) -> None:
        create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        request = {"UserPoolId": pool_id, "ClientId": client_id, "Settings": SETTINGS}
        assert refusal(idp.create_managed_login_branding, **request) == (
            "ManagedLoginBrandingExistsException",
            f"A ManagedLoginBranding already exists for client {client_id}",
        )

    @pytest.mark.parametrize(
        "request_",
        [
            {},
            {"UseCognitoProvidedValues": False},
            {"UseCognitoProvidedValues": True, "Settings": SETTINGS},
            {"Assets": [asset()]},
        ],
        ids=["nothing", "no", "both", "images alone"],
    )
    def test_a_request_has_exactly_one_source(self, idp: Any, pool_id: str, client_id: str, request_: dict[str, Any]) -> None:
        assert refusal(idp.create_managed_login_branding, UserPoolId=pool_id, ClientId=client_id, **request_) == ONE_SOURCE
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        named = {"UserPoolId": pool_id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        assert refusal(idp.update_managed_login_branding, **named, **request_) == ONE_SOURCE

    @pytest.mark.parametrize(
        ("settings", "fault"),
        [
            ({"colours": {}}, "$.colours: is not defined in the schema"),
            ({"components": 7}, "$.components: object expected"),
            ([], "$: object expected"),
        ],
    )
    def test_settings_have_the_three_sections(self, idp: Any, pool_id: str, client_id: str, settings: Any, fault: str) -> None:
        request = {"UserPoolId": pool_id, "ClientId": client_id, "Settings": settings}
        assert refusal(idp.create_managed_login_branding, **request) == (
            INVALID,
            f"Invalid settings provided. Validation errors: [{fault}]",
        )

    def test_images_stand_beside_awss_values(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True, Assets=[asset()])
        assert [image["Category"] for image in style["Assets"]] == [asset()["Category"]]

    @pytest.mark.parametrize(("category", "extension"), [("FAVICON_ICO", "SVG"), ("PAGE_BACKGROUND", "ICO")])
    def test_only_an_ico_favicon_is_an_ico(self, idp: Any, pool_id: str, client_id: str, category: str, extension: str) -> None:
        image = asset(category, Extension=extension, ColorMode="LIGHT")
        request = {"UserPoolId": pool_id, "ClientId": client_id, "Settings": {}, "Assets": [image]}
        code, message = refusal(idp.create_managed_login_branding, **request)
        assert code == INVALID
        assert message.startswith(
            f"Invalid assets provided. Validation errors: [{{category: {category}, extension: {extension}, colorMode: LIGHT, errorMessage:"
        )

    def test_a_request_has_at_most_two_megabytes(self, idp: Any, pool_id: str, client_id: str) -> None:
        images = [asset("FORM_LOGO", content=b"x" * 900_000), asset("PAGE_BACKGROUND", content=b"x" * 900_000)]
        request = {"UserPoolId": pool_id, "ClientId": client_id, "Settings": {}, "Assets": images}
        assert refusal(idp.create_managed_login_branding, **request) == (INVALID, "Request size cannot exceed 2 MB.")


class TestUpdating:
    def test_what_is_not_given_stays(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        style = create(idp, pool_id, client_id, Settings=SETTINGS, Assets=[asset()])
        clock.advance(minutes=1)
        changed = update(idp, style, Settings={"components": {"form": {"lightMode": {"borderColor": "000000ff"}}}})
        assert changed["Settings"] == {
            "components": {"form": {"borderRadius": 12, "lightMode": {"backgroundColor": "ff0000ff", "borderColor": "000000ff"}}}
        }
        assert changed["Assets"] == [asset()]
        assert changed["CreationDate"] == style["CreationDate"] < changed["LastModifiedDate"]
        assert describe(idp, style) == changed

    def test_images_come_in_several_requests_and_replace_their_like(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, Settings={}, Assets=[asset()])
        update(idp, style, Settings={}, Assets=[asset(mode="DARK")])
        changed = update(idp, style, Settings={}, Assets=[asset(content=b"new")])
        assert changed["Assets"] == [asset(content=b"new"), asset(mode="DARK")]

    def test_there_are_at_most_forty_images(self, idp: Any, pool_id: str, client_id: str) -> None:
        images = [asset(ResourceId=f"image {number}") for number in range(41)]
        style = create(idp, pool_id, client_id, Settings={}, Assets=images[:40])
        named = {"UserPoolId": pool_id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        assert refusal(idp.update_managed_login_branding, **named, Settings={}, Assets=images[40:]) == (
            INVALID,
            "A managed login branding style cannot have more than 40 assets.",
        )
        assert len(describe(idp, style)["Assets"]) == 40

    def test_a_style_goes_back_to_aws_values(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, Settings=SETTINGS, Assets=[asset()])
        changed = update(idp, style, UseCognitoProvidedValues=True)
        assert (changed["UseCognitoProvidedValues"], changed["Assets"]) == (True, [])
        assert "Settings" not in changed

    def test_both_ids_are_needed(self, idp: Any, pool_id: str) -> None:
        some_id = str(uuid.uuid4())
        assert refusal(idp.update_managed_login_branding, ManagedLoginBrandingId=some_id, Settings={}) == (
            INVALID,
            "UserPoolId is required.",
        )
        assert refusal(idp.update_managed_login_branding, UserPoolId=pool_id, Settings={}) == (
            INVALID,
            "ManagedLoginBrandingId is required.",
        )


class TestMergedResources:
    def test_defaults_fill_what_the_style_does_not_say(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, Settings=SETTINGS)
        merged = describe(idp, style, ReturnMergedResources=True)["Settings"]
        assert merged.keys() == {"categories", "componentClasses", "components"}
        assert merged["components"]["form"]["borderRadius"] == 12
        assert merged["components"]["form"]["lightMode"] == {"backgroundColor": "ff0000ff", "borderColor": "c6c6cdff"}
        assert merged["categories"]["global"]["colorSchemeMode"] == "LIGHT"
        assert describe(idp, style)["Settings"] == SETTINGS

    def test_what_is_shown_can_be_sent_back(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        shown = idp.describe_managed_login_branding_by_client(UserPoolId=pool_id, ClientId=client_id, ReturnMergedResources=True)
        settings = shown["ManagedLoginBranding"]["Settings"]
        assert update(idp, style, Settings=settings)["Settings"] == settings


class TestAbsence:
    def test_a_deleted_style_is_gone_and_the_client_can_have_another(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        named = {"UserPoolId": pool_id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        idp.delete_managed_login_branding(**named)
        assert refusal(idp.describe_managed_login_branding, **named) == NO_STYLE
        assert refusal(idp.update_managed_login_branding, **named, Settings={}) == NO_STYLE
        assert refusal(idp.delete_managed_login_branding, **named) == NO_STYLE
        assert refusal(idp.describe_managed_login_branding_by_client, UserPoolId=pool_id, ClientId=client_id) == (
            "ResourceNotFoundException",
            f"ManagedLoginBranding for client {client_id} does not exist.",
        )
        create(idp, pool_id, client_id, UseCognitoProvidedValues=True)

    def test_a_style_belongs_to_its_pool(self, idp: Any, pool_id: str, client_id: str) -> None:
        style = create(idp, pool_id, client_id, UseCognitoProvidedValues=True)
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        named = {"UserPoolId": other, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        assert refusal(idp.describe_managed_login_branding, **named) == NO_STYLE

    def test_clients_and_pools_that_do_not_exist(self, idp: Any, pool_id: str) -> None:
        nobody = ("ResourceNotFoundException", "User pool client nobody does not exist.")
        create_request = {"ClientId": "nobody", "UseCognitoProvidedValues": True}
        assert refusal(idp.create_managed_login_branding, UserPoolId=pool_id, **create_request) == nobody
        assert refusal(idp.describe_managed_login_branding_by_client, UserPoolId=pool_id, ClientId="nobody") == nobody
        nowhere, some_id = "us-east-1_AbCdEfGhI", str(uuid.uuid4())
        assert refusal(idp.create_managed_login_branding, UserPoolId=nowhere, **create_request) == NO_POOL
        assert refusal(idp.describe_managed_login_branding_by_client, UserPoolId=nowhere, ClientId="x") == NO_POOL
        for operation in (idp.describe_managed_login_branding, idp.delete_managed_login_branding):
            assert refusal(operation, UserPoolId=nowhere, ManagedLoginBrandingId=some_id) == NO_POOL
        assert refusal(idp.update_managed_login_branding, UserPoolId=nowhere, ManagedLoginBrandingId=some_id, Settings={}) == NO_POOL
