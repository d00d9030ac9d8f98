"""A pool that tracks sessions, and an application there."""

from typing import Any

from tests.oauth.relying_party import Application, Tenant
from tests.operations.people import PASSWORD

USER = "ann"


CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


OFF = ("OperationNotEnabledException", "Session tracking is not enabled for the user pool.")


NO_SESSION = ("ResourceNotFoundException", "Session does not exist.")


REVOKED = ("NotAuthorizedException", "Access Token has been revoked")


TIER = (
    "FeatureUnavailableInTierException",
    "The following feature is not available for the LITE pricing tier configured: Session Management",
)


def track(tenant: Tenant, most: int = 20, *, on: bool = True) -> Any:
    """SetUserPoolSessionConfiguration."""
    return tenant.idp.set_user_pool_session_configuration(
        UserPoolId=tenant.pool_id, UserSessionTracking="ENABLED" if on else "DISABLED", TokenSession={"MaxPerUser": most}
    )


def sign_in(app: Application) -> dict[str, Any]:
    """By API; returns AuthenticationResult."""
    result: dict[str, Any] = app.tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD}
    )["AuthenticationResult"]
    return result


def own(app: Application, access_token: str) -> list[dict[str, Any]]:
    sessions: list[dict[str, Any]] = app.tenant.idp.list_user_sessions(AccessToken=access_token)["Sessions"]
    return sessions


def current(app: Application, access_token: str) -> str:
    """The id of the token's own session."""
    (session,) = (session for session in own(app, access_token) if session["IsCurrentSession"])
    found: str = session["SessionId"]
    return found


def all_of(tenant: Tenant) -> list[dict[str, Any]]:
    """What an administrator sees."""
    sessions: list[dict[str, Any]] = tenant.idp.admin_list_user_sessions(UserPoolId=tenant.pool_id, Username=USER)["Sessions"]
    return sessions


def ids(sessions: list[dict[str, Any]], session_type: str) -> list[str]:
    return [session["SessionId"] for session in sessions if session["SessionType"] == session_type]


def is_good(app: Application, access_token: str) -> bool:
    answer = app.server.http.get(f"{app.server.url}/oauth2/userInfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=10)
    return answer.status_code == 200
