"""Intrinsic functions, conditions and references, computed without a stack."""

from typing import Any

import pytest

from cognito_emu.cloudformation.template.evaluation import Evaluation, Facts
from cognito_emu.cloudformation.template.parse import parse_template
from cognito_emu.cloudformation.template.structure import wanted_resources
from cognito_emu.errors import ValidationError


class World(Facts):
    """Whatever is asked is answered by its own name."""

    def reference(self, logical_id: str) -> Any:
        return f"ref-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> Any:
        return f"{logical_id}-{name}"

    def export(self, name: str) -> str:
        return f"export-{name}"

    def dynamic(self, service: str, key: str) -> str:
        return f"{service}-{key}"

    def stack_output(self, stack: str, output: str, *, region: str | None, role_arn: str | None) -> str:
        return f"{stack}-{output}-{region}"


HEAD = """
Mappings: {M: {a: {b: found}}}
Conditions: {Is: !Equals [a, a], Not: !Not [!Condition Is], Both: !And [!Condition Is, !Condition Not],
  One: !Or [!Condition Is, !Condition Not]}
"""


def evaluation(text: str) -> Evaluation:
    pseudo = {"AWS::Region": "eu-west-1", "AWS::NotificationARNs": []}
    return Evaluation(parse_template(text), {"P": "p", "L": ["x", "y"]}, pseudo, World())


@pytest.mark.parametrize(
    ("written", "computed"),
    [
        ("!Ref P", "p"),
        ("!Ref L", ["x", "y"]),
        ("!Ref R", "ref-R"),
        ("!GetAtt R.Arn", "R-Arn"),
        ("!GetAtt [R, Outputs.X]", "R-Outputs.X"),
        ("!Sub '${P}-${R}-${R.Arn}-${!P}-${AWS::Region}'", "p-ref-R-R-Arn-${P}-eu-west-1"),
        ("!Sub ['${a}${P}', {a: !Ref R}]", "ref-Rp"),
        ("!Join ['-', [a, !Ref P, 1, true]]", "a-p-1-true"),
        ("!Select ['1', !Ref L]", "y"),
        ("!Select [0, !Split [',', 'a,b']]", "a"),
        ("!FindInMap [M, a, b]", "found"),
        ("!FindInMap [M, a, c, DefaultValue: d]", "d"),
        ("!If [Is, 1, 2]", 1),
        ("!If [Both, 1, !If [One, 2, 3]]", 2),
        ("[a, !Ref AWS::NoValue, !If [Not, b, !Ref AWS::NoValue]]", ["a"]),
        ("!Base64 abc", "YWJj"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!GetAZs ''", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("!ImportValue {'Fn::Sub': '${P}-x'}", "export-p-x"),
        ("!Length [a, b]", 2),
        ("{'Fn::GetStackOutput': {StackName: s, OutputName: o, Region: !Ref P}}", "s-o-p"),
        ("!ToJsonString {a: !Ref P}", '{"a":"p"}'),
        ("2012-10-17", "2012-10-17"),
        ("{Yes: 1, 5: 2}", {"Yes": 1, "5": 2}),
        ("012345678901", "012345678901"),
    ],
)
def test_a_function_gives_what_it_says(written: str, computed: Any) -> None:
    found = evaluation(f"{HEAD}Value: {written}")
    assert found.value(found.template["Value"]) == computed


@pytest.mark.parametrize(
    ("written", "computed"),
    [
        ("'a {{resolve:ssm:/k}} b'", "a ssm-/k b"),
        ("[!Sub '{{resolve:ssm:/${P}}}', {a: !Join ['', ['{{resolve:ssm:', !Ref P, '}}']]}]", ["ssm-/p", {"a": "ssm-p"}]),
    ],
)
def test_dynamic_references_are_read_after_functions_are_computed(written: str, computed: Any) -> None:
    found = evaluation(f"{HEAD}Value: {written}")
    assert found.resolved(found.value(found.template["Value"])) == computed


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("!Join [a]", "every Fn::Join object requires two parameters"),
        ("!Join [a, b]", "every Fn::Join object requires two parameters"),
        ("!Split a", "every Fn::Split object requires two parameters"),
        ("!Select [0]", "Fn::Select requires a list argument with two elements"),
        ("!Select [2, [a, b]]", "Fn::Select  cannot select nonexistent value at index 2"),
        ("!Equals [a]", "Fn::Equals requires a list argument with two elements"),
        ("!If [Is, 1]", "Fn::If requires a list argument with three elements"),
        ("!GetAtt R", "every Fn::GetAtt object requires two non-empty parameters"),
        ("!And [!Condition Is]", "every Fn::And object requires a list of at least 2 and at most 10 boolean parameters"),
        ("!Or Is", "every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters"),
        ("!Not []", "every Fn::Not object requires a list of one boolean parameter"),
        ("!Sub ['${a}']", "One or more Fn::Sub intrinsic functions don't specify expected arguments"),
        ("!FindInMap [M, a]", "every Fn::FindInMap object requires three parameters, the map name"),
        ("!FindInMap [M, a, c]", "Unable to get mapping for M::a::c"),
        ("!Cidr 10.0.0.0", "every Fn::Cidr object requires"),
        ("!Cidr [here, 2, 8]", "every Fn::Cidr object requires .*'here'"),
        ("!Cidr [10.0.0.0/30, 2, 8]", "every Fn::Cidr object requires"),
    ],
)
def test_a_function_that_is_used_wrongly_is_refused_in_words(written: str, sentence: str) -> None:
    found = evaluation(f"{HEAD}Value: {written}")
    with pytest.raises(ValidationError, match=f"Template error: {sentence}"):
        found.value(found.template["Value"])


def test_json_and_yaml_are_the_same_template() -> None:
    assert parse_template('{"A": {"Fn::GetAtt": ["B", "C"]}}') == parse_template("A: !GetAtt B.C")


def test_what_is_referred_to_comes_first_and_branches_not_taken_do_not_count() -> None:
    text = f"""{HEAD}
Resources:
  A: {{Type: T, DependsOn: D, Properties: {{x: !Sub '${{B.Arn}}', y: !If [Not, !Ref C, z]}}}}
  B: {{Type: T}}
  C: {{Type: T, Condition: Not}}
  D: {{Type: T}}
"""
    order = list(wanted_resources(evaluation(text)))
    assert sorted(order) == ["A", "B", "D"]
    assert order[-1] == "A"


def test_a_circle_is_refused() -> None:
    text = "Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, DependsOn: A}}"
    with pytest.raises(ValidationError, match=r"Circular dependency between resources: \[A, B\]"):
        wanted_resources(evaluation(text))


@pytest.mark.parametrize("text", ["A: 1\nA: 2", "A: [", "just text", "A: !Unknown x"])
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="Template format error"):
        parse_template(text)
