// The three triggers of a custom challenge: a sum, twice at most. tests/handlers/python/challenges.py is the same for Python.
"use strict";

exports.handler = async ({ request, response, ...rest }) => {
  switch (rest.triggerSource) {
    case "DefineAuthChallenge_Authentication": {
      const results = request.session.map((step) => step.challengeResult);
      response.issueTokens = results.at(-1) === true;
      response.failAuthentication = results.length > 1 && results.slice(-2).every((result) => !result);
      response.challengeName = "CUSTOM_CHALLENGE";
      break;
    }
    case "CreateAuthChallenge_Authentication":
      response.publicChallengeParameters = { question: "2 + 3" };
      response.privateChallengeParameters = { answer: "5" };
      response.challengeMetadata = "SUM";
      break;
    case "VerifyAuthChallengeResponse_Authentication":
      response.answerCorrect = request.challengeAnswer === request.privateChallengeParameters.answer;
  }
  return { ...rest, request, response };
};
