"""Custom challenges: what each pool of tests/operations/test_custom_auth.py wants asked. Every event is written down in RECORD."""

import json
import os


def _record(event):
    with open(os.environ["RECORD"], "a", encoding="utf-8") as record:
        record.write(json.dumps(event) + "\n")


def _decide(event, **response):
    _record(event)
    event["response"].update({"issueTokens": False, "failAuthentication": False, "challengeName": None} | response)
    return event


def two_rounds(event, context):
    """Two right answers in three rounds."""
    session = event["request"]["session"]
    if sum(step["challengeResult"] for step in session) == 2:
        return _decide(event, issueTokens=True)
    if len(session) == 3:
        return _decide(event, failAuthentication=True)
    return _decide(event, challengeName="CUSTOM_CHALLENGE")


def one_round(event, context):
    """One challenge, right or wrong."""
    session = event["request"]["session"]
    if not session:
        return _decide(event, challengeName="CUSTOM_CHALLENGE")
    right = session[-1]["challengeName"] == "CUSTOM_CHALLENGE" and session[-1]["challengeResult"]
    return _decide(event, issueTokens=right, failAuthentication=not right)


def password_first(event, context):
    """The developer guide's example: SRP, then one challenge."""
    names = [step["challengeName"] for step in event["request"]["session"]]
    right = all(step["challengeResult"] for step in event["request"]["session"])
    if names == ["SRP_A"]:
        return _decide(event, challengeName="PASSWORD_VERIFIER")
    if right and names[-1] in {"PASSWORD_VERIFIER", "SMS_MFA", "SOFTWARE_TOKEN_MFA"}:
        return _decide(event, challengeName="CUSTOM_CHALLENGE")
    return _decide(event, issueTokens=right, failAuthentication=not right)


def at_once(event, context):
    return _decide(event, issueTokens=True)


def never(event, context):
    return _decide(event, failAuthentication=True)


def undecided(event, context):
    return _decide(event)


def asks_in_vain(event, context):
    """Wants the password although no SRP_A came, or something that cannot be asked."""
    return _decide(event, challengeName=os.environ["ASKS"])


def create(event, context):
    """Ask for the number of this round, counted from 1."""
    _record(event)
    number = len(event["request"]["session"]) + 1
    event["response"] = {
        "publicChallengeParameters": {"question": f"number {number}?", "kind": "arithmetic"},
        "privateChallengeParameters": {"answer": str(number)},
        "challengeMetadata": f"ROUND-{number}",
    }
    return event


def verify(event, context):
    _record(event)
    request = event["request"]
    event["response"]["answerCorrect"] = request["privateChallengeParameters"]["answer"] == request["challengeAnswer"]
    return event


def raises(event, context):
    raise RuntimeError("No challenge today")


def record(event, context):
    _record(event)
    return event
