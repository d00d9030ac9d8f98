// Does for each trigger source what the variable SCRIPT says. tests/handlers/python/scripted.py is the same for Python.
"use strict";

const script = JSON.parse(process.env.SCRIPT ?? "{}");

// AdminGetUser without an SDK: the emulator reads the account and the region from the header and checks no signature.
const statusOf = async (event) => {
  const credential = `${process.env.AWS_ACCESS_KEY_ID}/20250101/${process.env.AWS_REGION}/cognito-idp/aws4_request`;
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService.AdminGetUser",
      Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ UserPoolId: event.userPoolId, Username: event.userName }),
  });
  return (await answer.json()).UserStatus;
};

exports.handler = async (event) => {
  const todo = script[event.triggerSource] ?? {};
  if ("raise" in todo) throw new Error(todo.raise);
  if ("hang" in todo) await new Promise((resolve) => setTimeout(resolve, todo.hang * 1000));
  if ("call_back" in todo) {
    const status = await statusOf(event);
    console.log("called back:", status);
    if (status !== todo.call_back) throw new Error("The user is " + status);
  }
  if ("return" in todo) return todo.return;
  Object.assign(event.response, todo.response);
  return event;
};
