// What the Lambda bundles have in place of `@aws-sdk/credential-provider-node`.
import { lambdaCredentials } from "../../aws/lambda-credentials.ts";

export const defaultProvider = () => lambdaCredentials(process.env);
