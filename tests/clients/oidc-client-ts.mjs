// oidc-client-ts as a relying party, outside of a browser: the sign-in request, its response, a refresh.
//
// Twice, as openid-client.mjs: --callback= prints where the browser shall go, the second run goes on with the address where it arrived.
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { run } from "./program.mjs";

function configure(options, storage) {
  return new OidcClient({
    authority: options.issuer,
    client_id: options.client,
    redirect_uri: options.redirect,
    scope: "openid email",
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: storage }),
  });
}

async function begin(options) {
  const storage = new InMemoryWebStorage();
  const request = await configure(options, storage).createSigninRequest({});
  const remembered = {};
  for (let index = 0; index < storage.length; index++) remembered[storage.key(index)] = storage.getItem(storage.key(index));
  return { url: request.url, remembered: JSON.stringify(remembered) };
}

async function finish(options) {
  const storage = new InMemoryWebStorage();
  for (const [name, value] of Object.entries(JSON.parse(options.remembered))) storage.setItem(name, value);
  const client = configure(options, storage);
  const response = await client.processSigninResponse(options.callback);
  const refreshed = await client.useRefreshToken({
    state: { refresh_token: response.refresh_token, id_token: response.id_token, profile: response.profile, scope: response.scope ?? "openid email" },
  });
  return { profile: response.profile, refreshed: Boolean(refreshed.access_token) };
}

await run(["issuer", "client", "redirect", "callback", "remembered"], (options) => (options.callback ? finish(options) : begin(options)));
