"""Resource policies decide as IAM would, for the one question that Cognito asks."""

import pytest

from triggers.permissions import allows

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"


def statement(**changes):
    """What AddPermission makes of `--principal cognito-idp.amazonaws.com --source-arn POOL`."""
    return {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": POOL}},
        **changes,
    }


def allowed(*statements, source=POOL):
    return allows({"Version": "2012-10-17", "Statement": list(statements)}, function_arn=FUNCTION, source_arn=source)


def test_what_add_permission_grants_is_allowed():
    assert allowed(statement())


def test_without_policy_nothing_is_allowed():
    assert not allows(None, function_arn=FUNCTION, source_arn=POOL)
    assert not allows({"Statement": []}, function_arn=FUNCTION, source_arn=POOL)


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": {"Service": "sns.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {"Action": "lambda:GetFunction"},
        {"Resource": FUNCTION + "-other"},
        {"Effect": "Deny"},
        {"Condition": {"ArnLike": {"AWS:SourceArn": POOL + "x"}}},
        {"Condition": {"StringEquals": {"AWS:SourceAccount": "999999999999"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Condition": {"Bool": {"aws:SourceArn": POOL}}},
        {"Condition": {"ArnLike": {"AWS:SourceArn": POOL}, "StringEquals": {"AWS:SourceAccount": "999999999999"}}},
    ],
)
def test_a_statement_about_something_else_grants_nothing(changes):
    assert not allowed(statement(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": "*"},
        {"Principal": {"Service": ["sns.amazonaws.com", "cognito-idp.amazonaws.com"]}},
        {"Action": ["lambda:GetFunction", "lambda:invoke*"]},
        {"Resource": "*"},
        {"Condition": {}},
        {"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/*"}}},
        {"Condition": {"ArnEquals": {"aws:SourceArn": ["arn:other", POOL]}}},
        {"Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}},
        {"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}},
    ],
)
def test_wildcards_lists_and_conditions_that_hold_grant(changes):
    assert allowed(statement(**changes))


def test_a_denial_wins():
    assert not allowed(statement(), statement(Effect="Deny", Condition={}))


def test_brackets_are_no_wildcards():
    assert not allowed(statement(Resource=FUNCTION[:-1] + "[f]"))


def test_a_condition_on_the_source_fails_where_there_is_none():
    assert not allowed(statement(), source=None)
