// Sign in by USER_PASSWORD_AUTH with the AWS SDK for JavaScript, version 3, and read the user back by the access token.
import {
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  GetUserCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Refusal, run } from "./program.mjs";

await run(["endpoint", "account", "region", "client", "user", "password"], async (options) => {
  const sdk = new CognitoIdentityProviderClient({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.account, secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  try {
    const signedIn = await sdk.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: options.client,
        AuthParameters: { USERNAME: options.user, PASSWORD: options.password },
      }),
    );
    if (signedIn.ChallengeName) return { challenge: signedIn.ChallengeName };
    const result = signedIn.AuthenticationResult;
    const user = await sdk.send(new GetUserCommand({ AccessToken: result.AccessToken }));
    return {
      tokens: { id: result.IdToken, access: result.AccessToken, refresh: result.RefreshToken },
      expiresIn: result.ExpiresIn,
      username: user.Username,
      attributes: Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value])),
    };
  } catch (error) {
    throw error instanceof CognitoIdentityProviderServiceException ? new Refusal(error) : error;
  }
});
