// Get credentials of an identity pool with the AWS SDK for JavaScript, version 3, as a page does, and call the API with them.
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { Refusal, run } from "./program.mjs";

await run(["endpoint", "region", "pool", "provider", "token"], async (options) => {
  const { endpoint, region } = options;
  const provide = fromCognitoIdentityPool({
    identityPoolId: options.pool,
    // Nothing for a guest. The SDK remembers a guest's identity unless it is told not to.
    logins: options.token ? { [options.provider]: options.token } : undefined,
    cache: { getItem: () => null, setItem: () => {}, removeItem: () => {} },
    clientConfig: { endpoint, region, maxAttempts: 1 },
  });
  try {
    const credentials = await provide();
    const sdk = new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
    const { UserPools } = await sdk.send(new ListUserPoolsCommand({ MaxResults: 10 }));
    return { ...credentials, userPools: UserPools.map(({ Id }) => Id) };
  } catch (error) {
    throw error.$fault ? new Refusal(error) : error;
  }
});
