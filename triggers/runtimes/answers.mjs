// Handlers of custom resources answer at the event's ResponseURL. Most were copied from AWS's cfn-response: whatever the address says, they
// send an https request to its host at port 443. For that one address it becomes what the address says.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const httpsRequest = https.request;

/** Let answers of this event arrive, when its address is not one of https. */
export function letAnswersArrive(event) {
  const address = URL.canParse(event?.ResponseURL) ? new URL(event.ResponseURL) : undefined;
  if (address?.protocol !== "http:") return;
  https.request = (to, ...rest) => {
    if (typeof to === "string" || to instanceof URL) {
      return String(to) === address.href ? http.request(to, ...rest) : httpsRequest(to, ...rest);
    }
    const meant = (to.hostname ?? to.host) === address.hostname && to.path === address.pathname + address.search;
    return meant ? http.request({ ...to, protocol: "http:", port: address.port, agent: undefined }, ...rest) : httpsRequest(to, ...rest);
  };
  syncBuiltinESMExports();
}
