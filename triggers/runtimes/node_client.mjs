// A runtime interface client for Node.js: what AWS's `aws-lambda-ric` does, without the C++ toolchain that it takes to install that.
// Usage: node node_client.mjs dir/file.export, with AWS_LAMBDA_RUNTIME_API=host:port and Lambda's variables in the environment.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import http from "node:http";
import { register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format, types } from "node:util";
import { letAnswersArrive } from "./answers.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
const agent = new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
let currentRequestId;

/** One call of the Runtime API. A server that is gone means that the sandbox is no longer wanted. */
function call(method, name, body, headers = {}) {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const request = http.request(
      { host, port, method, path: `/2018-06-01/runtime/${name}`, agent, headers: { ...length, ...headers } },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on("error", () => process.exit(1));
      },
    );
    request.on("error", () => process.exit(1));
    request.end(body);
  });
}

/** The error document that Lambda returns for whatever a handler threw. */
function errorDocument(error) {
  if (types.isNativeError(error)) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

class InitError extends Error {
  constructor(name, message, cause) {
    super(message);
    this.name = name;
    if (cause?.stack) this.stack = cause.stack;
  }
}

/** `dir/file.a.b` is the export `a.b` of dir/file.js, .mjs or .cjs. */
async function loadHandler(name) {
  const parts = /^(.*?)([^/.]+)\.([^/]+)$/.exec(name ?? "");
  if (!parts || name.includes("..")) throw new InitError("Runtime.MalformedHandlerName", `Bad handler '${name}'`);
  const stem = path.resolve(root, parts[1], parts[2]);
  const file = [stem, `${stem}.js`, `${stem}.mjs`, `${stem}.cjs`].find((candidate) => existsSync(candidate));
  if (!file) throw new InitError("Runtime.ImportModuleError", `Error: Cannot find module '${parts[1]}${parts[2]}'`);
  let module;
  try {
    module = await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw new InitError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, error);
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw new InitError("Runtime.ImportModuleError", `Error: ${error.message}`, error);
    }
    throw error;
  }
  const exported = (from) => parts[3].split(".").reduce((value, key) => value?.[key], from);
  const handler = exported(module) ?? exported(module.default);
  if (handler === undefined) throw new InitError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new InitError("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

/** console.log writes as Lambda does: time, request id, level, text, separated by tabs. */
function patchConsole() {
  const levels = { log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", debug: "DEBUG", trace: "TRACE" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      process.stdout.write(`${new Date().toISOString()}\t${currentRequestId}\t${level}\t${format(...values)}\n`);
    };
  }
}

/**
 * Run one event and resolve to [kind, document]. A handler answers by its promise, by `callback`, or by the old `context.done`; one
 * that does neither has answered null once nothing is left for it to do. After a callback Lambda waits for the event loop to be empty
 * unless `context.callbackWaitsForEmptyEventLoop` is false.
 */
function runHandler(handler, event, headers) {
  return new Promise((resolve) => {
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    let pending = ["response", null];
    let waiting = true;
    const settle = (outcome) => {
      waiting = false;
      process.off("beforeExit", onEmpty);
      resolve(outcome);
    };
    const onEmpty = () => waiting && settle(pending);
    process.on("beforeExit", onEmpty);
    const fail = (error) => settle(["error", errorDocument(error)]);
    const callback = (error, result) => {
      if (!waiting) return;
      pending = error != null ? ["error", errorDocument(error)] : ["response", result ?? null];
      if (!context.callbackWaitsForEmptyEventLoop) setImmediate(onEmpty);
    };
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      awsRequestId: headers["lambda-runtime-aws-request-id"],
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      getRemainingTimeInMillis: () => deadline - Date.now(),
      done: callback,
      succeed: (result) => callback(null, result),
      fail: (error) => callback(error ?? "handled"),
    };
    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === "function") result.then((value) => settle(["response", value ?? null]), fail);
    } catch (error) {
      fail(error);
    }
  });
}

function dying(errorType) {
  return async (error) => {
    const document = { ...errorDocument(error), ...(errorType ? { errorType } : {}) };
    if (errorType) document.errorMessage = String(error);
    console.error(document.trace.join("\n") || document.errorMessage);
    if (currentRequestId) await call("POST", `invocation/${currentRequestId}/error`, JSON.stringify(document));
    process.exit(errorType ? 128 : 129);
  };
}

async function main() {
  patchConsole();
  process.on("uncaughtException", dying());
  process.on("unhandledRejection", dying("Runtime.UnhandledPromiseRejection"));
  if (process.env.NODE_PATH) register("./node_path.mjs", import.meta.url);
  let handler;
  try {
    handler = await loadHandler(process.argv[2] ?? process.env._HANDLER);
  } catch (error) {
    const document = errorDocument(error);
    console.error(document.trace.join("\n") || document.errorMessage);
    await call("POST", "init/error", JSON.stringify(document), { "Lambda-Runtime-Function-Error-Type": document.errorType });
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await call("GET", "invocation/next");
    currentRequestId = headers["lambda-runtime-aws-request-id"];
    const event = JSON.parse(body);
    letAnswersArrive(event);
    const [kind, document] = await runHandler(handler, event, headers);
    if (kind === "error") console.error("Invoke Error", JSON.stringify(document));
    await call("POST", `invocation/${currentRequestId}/${kind}`, JSON.stringify(document));
    currentRequestId = undefined;
  }
}

main();
