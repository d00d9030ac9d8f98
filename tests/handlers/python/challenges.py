"""The three triggers of a custom challenge: a sum, twice at most. `tests/handlers/node/challenges.js` is the same for Node.js."""


def handler(event, context):
    request, response = event["request"], event["response"]
    match event["triggerSource"]:
        case "DefineAuthChallenge_Authentication":
            results = [step["challengeResult"] for step in request["session"]]
            response["issueTokens"] = results[-1:] == [True]
            response["failAuthentication"] = results[-2:] == [False, False]
            response["challengeName"] = "CUSTOM_CHALLENGE"
        case "CreateAuthChallenge_Authentication":
            response["publicChallengeParameters"] = {"question": "2 + 3"}
            response["privateChallengeParameters"] = {"answer": "5"}
            response["challengeMetadata"] = "SUM"
        case "VerifyAuthChallengeResponse_Authentication":
            response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event
