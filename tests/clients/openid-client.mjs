// panva's openid-client as a relying party: discovery, code with PKCE, state and nonce, refresh, userInfo, revocation.
//
// Twice: --callback= (empty) prints where the browser shall go and what must be remembered; with the address at which the browser arrived
// as --callback, and what was remembered as --remembered, it goes the rest of the way.
import * as oidc from "openid-client";
import { run } from "./program.mjs";

const configure = (options) =>
  oidc.discovery(new URL(options.issuer), options.client, options.secret || undefined, undefined, { execute: [oidc.allowInsecureRequests] });

async function begin(options) {
  const remembered = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() };
  const url = oidc.buildAuthorizationUrl(await configure(options), {
    redirect_uri: options.redirect,
    scope: "openid email",
    code_challenge: await oidc.calculatePKCECodeChallenge(remembered.verifier),
    code_challenge_method: "S256",
    state: remembered.state,
    nonce: remembered.nonce,
  });
  return { url: url.href, remembered: JSON.stringify(remembered) };
}

async function finish(options) {
  const config = await configure(options);
  const { verifier, state, nonce } = JSON.parse(options.remembered);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const tokens = await oidc.authorizationCodeGrant(config, new URL(options.callback), checks);
  const claims = tokens.claims();
  const user = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  await oidc.tokenRevocation(config, tokens.refresh_token);
  const afterwards = await oidc.refreshTokenGrant(config, tokens.refresh_token).then(() => "refreshed", (error) => error.error);
  return { claims, user, refreshed: refreshed.claims().sub, afterwards };
}

await run(["issuer", "client", "secret", "redirect", "callback", "remembered"], (options) => (options.callback ? finish(options) : begin(options)));
