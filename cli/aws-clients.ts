import { CliError, EXIT } from "./io.ts";

const PACKAGES = ["@aws-sdk/client-cognito-identity-provider", "@aws-sdk/client-lambda"];

/**
 * What needs the SDK's clients for administration, which are installed only where somebody asks AWS.
 *
 * @throws {CliError} exit 3, with the command that installs them.
 */
export async function withClients<T>(load: () => Promise<T>): Promise<T> {
  return load().catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CliError(EXIT.environment, `this needs clients of AWS: npm install --save-dev ${PACKAGES.join(" ")}`);
  });
}
