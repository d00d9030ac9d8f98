// The ways in which Node.js handlers answer.
"use strict";

exports.by_promise = (event) => Promise.resolve(event);

exports.by_callback = (event, context, callback) => {
  setTimeout(() => callback(null, event), 1);
};

exports.by_callback_without_waiting = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setInterval(() => {}, 1000);
  callback(null, event);
};

exports.by_callback_error = (event, context, callback) => {
  callback(new Error("refused"));
};

exports.by_callback_text_error = (event, context, callback) => {
  callback("refused");
};

exports.by_done = (event, context) => {
  context.done(null, event);
};

exports.by_succeed = (event, context) => {
  context.succeed(event);
};

exports.by_fail = (event, context) => {
  context.fail(new TypeError("refused"));
};

exports.by_throw = () => {
  throw new RangeError("refused");
};

exports.by_nothing = () => {};

exports.by_unhandled_rejection = () =>
  new Promise(() => {
    Promise.reject(new Error("nobody caught this"));
  });

exports.by_uncaught = (event, context, callback) => {
  setTimeout(() => {
    throw new Error("out of the blue");
  }, 1);
};

exports.nested = { deep: async (event) => event };
