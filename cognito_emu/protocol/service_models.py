"""AWS's service models, as the installed botocore ships them.

They are the skeleton of the protocol: names, shapes, constraints and declared errors. No session is built: it would import
much that nothing here needs, and let a file below `~/.aws/models` replace the model that this version was tested with.
"""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel


@cache
def load_service_model(service_name: str) -> ServiceModel:
    """The newest API version of a service, read once per process (about 20 ms for `cognito-idp`).

    Args:
        service_name: botocore's name of the service, such as `cognito-idp`.

    Raises:
        botocore.exceptions.UnknownServiceError: The installed botocore has no such service.
    """
    return ServiceModel(_loader().load_service_model(service_name, "service-2"), service_name)


@cache
def _loader() -> Loader:
    """One for all models: each loader looks through the folders of all four hundred services once."""
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
