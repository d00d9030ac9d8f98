"""`AWS::Serverless-2016-10-31`, expanded by AWS's own transformer (aws-sam-translator).

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-serverless.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError

TRANSFORM = "AWS::Serverless-2016-10-31"


def expand(template: Template, parameters: Mapping[str, Any], region: str) -> Template:
    """The template with AWS::Serverless resources replaced by what they stand for.

    Raises:
        ValidationError: The transformer refuses it.
    """
    # Loaded here, since it takes a second and few templates need it.
    import boto3  # noqa: PLC0415 - as said
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415 - as said
    from samtranslator.parser.parser import Parser  # noqa: PLC0415 - as said
    from samtranslator.translator.translator import Translator  # noqa: PLC0415 - as said

    session = boto3.Session(region_name=region, aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106 - it asks nobody
    try:
        # Assumption: managed policies are named by their ARNs or by SAM's policy templates; AWS's list of their names is not here.
        expanded: Template = Translator({}, Parser(), boto_session=session).translate(copy.deepcopy(template), dict(parameters))
    except InvalidDocumentException as error:
        causes = ", ".join(str(cause.message) for cause in error.causes)
        raise ValidationError(
            f"Transform {TRANSFORM} failed with: Invalid Serverless Application Specification document. {causes}"
        ) from error
    expanded.pop("Transform", None)
    return expanded
