"""botocore's own objects for its models: what its parsers and serializers take, and what the emulator's are held against."""

from functools import cache

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from cognito_emu.protocol import service_models

_LOADER = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def botocore_model(service: str) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


def botocore_operation(operation: service_models.OperationModel) -> OperationModel:
    """The same operation as botocore tells it."""
    return botocore_model(operation.service_model.service_name).operation_model(operation.name)
