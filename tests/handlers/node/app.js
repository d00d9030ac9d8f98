// Handlers of the conformance suite. tests/handlers/python/app.py holds the same ones for Python.
"use strict";
const { spawn } = require("node:child_process");

let calls = 0;
const never = () => new Promise((resolve) => setTimeout(resolve, 60000));

exports.unchanged = async (event) => event;

exports.confirms = async (event) => {
  event.response.autoConfirmUser = true;
  return event;
};

exports.raises = async (event) => {
  throw new Error("No entry for " + event.userName);
};

exports.hangs = async (event) => {
  console.log("hanging");
  await never();
  return event;
};

exports.hangs_with_child = async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
  console.log("child", child.pid);
  await never();
};

exports.dies = async () => {
  console.log("last words");
  process.exit(3);
};

exports.counts = async (event) => {
  event.response.calls = ++calls;
  return event;
};

exports.answers_null = async () => null;

exports.answers_text = async () => "fine";

exports.forgets_response = async (event) => {
  delete event.response;
  return event;
};

exports.answers_wrong_type = async (event) => {
  event.response.autoConfirmUser = "true";
  return event;
};

exports.prints = async (event) => {
  console.log("to stdout: größer");
  process.stderr.write("to stderr\n");
  return event;
};

exports.describes = async (event, context) => {
  event.response.seen = {
    request_id: context.awsRequestId,
    arn: context.invokedFunctionArn,
    name: context.functionName,
    version: context.functionVersion,
    memory: context.memoryLimitInMB,
    remaining: context.getRemainingTimeInMillis(),
    environment: process.env,
  };
  return event;
};

exports.calls_back = async (event) => {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL + "/called-back", { method: "POST", body: JSON.stringify(event) });
  event.response.answer = await answer.text();
  return event;
};

exports.meets = async (event) => {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL + "/meet", { method: "POST", body: "{}" });
  event.response.met = await answer.text();
  return event;
};

exports.uses_layers = async (event) => {
  const tool = require("node:child_process").execFileSync("layered-tool").toString();
  event.response.found = [require("layered").NAME, require("versioned").NAME, tool];
  return event;
};
