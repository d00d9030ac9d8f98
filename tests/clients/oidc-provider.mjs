// panva's oidc-provider with its own login and consent pages: an OpenID Connect provider for one confidential client, until it is ended.
// Whoever signs in is who the login field says, with an address at idp.example.
import { parseArgs } from "node:util";
import { Provider } from "oidc-provider";

const { values } = parseArgs({ options: { port: { type: "string" }, callback: { type: "string" } }, strict: true });

const provider = new Provider(`http://localhost:${values.port}`, {
  clients: [
    {
      client_id: "pool",
      client_secret: "secret-of-the-pool",
      redirect_uris: [values.callback],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a test's own"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@idp.example`, email_verified: true, name: sub.toUpperCase() }),
  }),
  pkce: { required: () => false }, // user pools send none to their providers
});

provider.listen(Number(values.port), "127.0.0.1", () => console.log("ready"));
