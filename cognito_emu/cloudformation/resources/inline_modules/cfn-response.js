// What inline functions get by require("cfn-response"), as on AWS: answers the request of a custom resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
"use strict";

exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) => {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  const url = new URL(event.ResponseURL);
  const { request } = url.protocol === "https:" ? require("https") : require("http");
  return new Promise((resolve) => {
    const done = () => {
      if (typeof context.done === "function") context.done();
      resolve();
    };
    const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
    const sending = request(url, { method: "PUT", headers }, (response) => {
      response.resume();
      response.on("end", done);
    });
    sending.on("error", (error) => {
      console.log(`cfn-response: the answer was not sent: ${error}`);
      done();
    });
    sending.end(body);
  });
};
