"""What nothing answers: services of AWS that are not emulated, and addresses of nobody."""

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize(
    ("service", "operation", "told"),
    [
        ("apigateway", "get_rest_apis", "GET /restapis of apigateway is not emulated. docs/operations.md lists what is."),
        ("sns", "list_topics", "The operation ListTopics of sns is not emulated. docs/operations.md lists those that are."),
        ("sqs", "list_queues", "AmazonSQS.ListQueues is not emulated. docs/operations.md lists what is."),
    ],
)
def test_an_sdk_shows_that_its_service_is_not_emulated(server, account, service, operation, told):
    client = server.client(service, account=account)
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)()
    assert refused.value.response["Error"]["Message"] == told


def test_who_comes_to_a_wrong_address_reads_what_is_where(server):
    answer = server.http.get(f"{server.url}/us-east-1_pool/oauth2/token")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=UTF-8")
    assert answer.text.startswith("Nothing answers at GET /us-east-1_pool/oauth2/token. The API is at POST /")
    assert server.http.head(f"{server.url}/nowhere").status_code == 404
