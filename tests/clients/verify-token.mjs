// Verify an ID token and an access token with aws-jwt-verify, as a resource server does.
//
// --issuer=address: the tokens name the emulator as issuer; the library's verifier for any OIDC issuer takes them, fetching the JWKS when it
// first meets a key and keeping it. Its own fetcher insists on https, so it is given one that speaks plain http.
// --issuer=aws: the tokens carry AWS's issuer; the library's Cognito verifier takes them. The JWKS is loaded from the emulator beforehand,
// since the library would ask AWS for it.
import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import { JwtBaseError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { Refusal, run } from "./program.mjs";

let fetches = 0;
const fetchPlainly = async (uri) => {
  fetches += 1;
  const response = await fetch(uri);
  if (!response.ok) throw new Error(`${uri} answers ${response.status}`);
  return response.arrayBuffer();
};

function verifierOfAnyIssuer({ endpoint, pool, client }) {
  const issuer = `${endpoint}/${pool}`;
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchPlainly } });
  // Cognito's access tokens have no audience: they name the client in `client_id`.
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri: `${issuer}/.well-known/jwks.json` }, { jwksCache });
  return {
    id: (token) => verifier.verify(token, { audience: client }),
    access: (token) => verifier.verify(token, { customJwtCheck: ({ payload }) => refuseUnless(payload.client_id === client) }),
  };
}

async function verifierOfCognito({ endpoint, pool, client }) {
  const jwks = JSON.parse(Buffer.from(await fetchPlainly(`${endpoint}/${pool}/.well-known/jwks.json`)));
  const of = (tokenUse) => {
    const verifier = CognitoJwtVerifier.create({ userPoolId: pool, clientId: client, tokenUse });
    verifier.cacheJwks(jwks);
    return (token) => verifier.verify(token);
  };
  return { id: of("id"), access: of("access") };
}

function refuseUnless(condition) {
  if (!condition) throw new Refusal({ name: "Error", message: "the access token is another client's" });
}

await run(["endpoint", "pool", "client", "issuer", "id", "access"], async (options) => {
  const verifier = options.issuer === "aws" ? await verifierOfCognito(options) : verifierOfAnyIssuer(options);
  try {
    const claims = { id: await verifier.id(options.id), access: await verifier.access(options.access) };
    await verifier.id(options.id); // again: by the keys that are already there
    return { ...claims, fetches };
  } catch (error) {
    throw error instanceof JwtBaseError ? new Refusal({ name: error.constructor.name, message: error.message }) : error;
  }
});
