// An app of the CDK as teams have them: a pool with a domain, a confidential client, and a function from a folder that confirms sign-ups.
// (CommonJS: what it doesn't name isn't loaded.)
const path = require("node:path");
const { App, CfnOutput, RemovalPolicy, Stack } = require("aws-cdk-lib");
const { UserPool } = require("aws-cdk-lib/aws-cognito");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
const stack = new Stack(app, "Shop", { env });

const preSignUp = new Function(stack, "SignUp", {
  runtime: Runtime.PYTHON_3_11,
  handler: "app.handler",
  code: Code.fromAsset(path.join(__dirname, "sign-up")),
});
const pool = new UserPool(stack, "Pool", {
  selfSignUpEnabled: true,
  signInAliases: { email: true },
  passwordPolicy: { minLength: Number(app.node.tryGetContext("minLength") ?? 8) },
  lambdaTriggers: { preSignUp },
  removalPolicy: RemovalPolicy.DESTROY,
});
const domain = pool.addDomain("Domain", { cognitoDomain: { domainPrefix: `shop-${stack.account}` } });
const client = pool.addClient("Client", { generateSecret: true, authFlows: { userPassword: true } });

new CfnOutput(stack, "PoolId", { value: pool.userPoolId });
new CfnOutput(stack, "ClientId", { value: client.userPoolClientId });
new CfnOutput(stack, "ClientSecret", { value: client.userPoolClientSecret.unsafeUnwrap() });
new CfnOutput(stack, "Domain", { value: domain.domainName });
