// Sign in by USER_SRP_AUTH as a web page does, with amazon-cognito-identity-js; then use the session for what such a page uses it for.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { Refusal, run } from "./program.mjs";

/** A promise for a call that takes (error, result). */
const called = (start) =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(refusal(error)) : resolve(result))));

/** The library reports a server that it cannot reach as it reports one that says no. */
const refusal = (error) => (error.code === "NetworkError" ? error : new Refusal(error));

const tokensOf = (session) => ({
  id: session.getIdToken().getJwtToken(),
  access: session.getAccessToken().getJwtToken(),
  refresh: session.getRefreshToken().getToken(),
});

await run(["endpoint", "pool", "client", "user", "password"], async (options) => {
  const pool = new CognitoUserPool({ UserPoolId: options.pool, ClientId: options.client, endpoint: options.endpoint });
  const user = new CognitoUser({ Username: options.user, Pool: pool });
  user.setAuthenticationFlowType("USER_SRP_AUTH");
  const details = new AuthenticationDetails({ Username: options.user, Password: options.password });

  const signedIn = await new Promise((resolve, reject) =>
    user.authenticateUser(details, {
      onSuccess: (session) => resolve({ session }),
      onFailure: (error) => reject(refusal(error)),
      newPasswordRequired: (attributes, required) => resolve({ challenge: "NEW_PASSWORD_REQUIRED", attributes, required }),
      mfaRequired: (name) => resolve({ challenge: name }),
      totpRequired: (name) => resolve({ challenge: name }),
      selectMFAType: (name) => resolve({ challenge: name }),
      mfaSetup: (name) => resolve({ challenge: name }),
    }),
  );
  if (signedIn.challenge) return signedIn;

  const attributes = await called((done) => user.getUserAttributes(done));
  const refreshed = await called((done) => user.refreshSession(signedIn.session.getRefreshToken(), done));
  return {
    tokens: tokensOf(signedIn.session),
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute.getName(), attribute.getValue()])),
    refreshed: tokensOf(refreshed),
  };
});
