"""Where code lies that CreateFunction names by S3Bucket and S3Key."""

from __future__ import annotations

from typing import Protocol

from cognito_emu.call import Tenant


class ObjectSource(Protocol):
    """An object store. There is none of our own: whoever has one hands it to `FunctionRuntime.objects`."""

    async def read(self, tenant: Tenant, bucket: str, key: str, version: str | None) -> bytes | None:
        """The object's content; None when there is no such object."""
