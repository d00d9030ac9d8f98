"""Cross-origin access: browsers (Amplify, the AWS SDK for JavaScript) call the API from pages of any origin."""

from __future__ import annotations

from cognito_emu.protocol.http import HttpRequest, HttpResponse

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
}


async def answer_preflight(request: HttpRequest) -> HttpResponse:
    """Allow whatever method and headers the browser asks for; the API takes no cookies, so there is nothing to protect."""
    return HttpResponse(
        200,
        b"",
        {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "POST, GET, OPTIONS, PUT, DELETE, HEAD",
            "Access-Control-Allow-Headers": request.headers.get("Access-Control-Request-Headers", "*"),
            "Access-Control-Max-Age": "172800",
        },
    )
