import type { AccessKey } from "../identities/identities.ts";
import { localCredentials } from "../local-account.ts";
import { LocalError } from "../local-error.ts";

/** A function as it is deployed. */
export type FunctionSettings = {
  /** The unpacked deployment package. */
  readonly directory: string;
  /** `index.handler`: a module inside the directory, and what it exports. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly functionName: string;
  readonly region: string;
  /** In MB, as Lambda counts it. */
  readonly memory: number;
  /** A session of the function's role; credentials that name nobody where it is not given. */
  readonly credentials?: AccessKey;
};

/** Variables Lambda sets in the runtime itself. */
const setByRuntime: readonly string[] = ["AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID"];

/**
 * Everything a function finds in its environment: what Lambda sets and what the function is given. Nothing of the
 * machine it runs on is visible to it.
 *
 * @throws {LocalError} `ENVIRONMENT_RESERVED` where Lambda would not let the variable be set.
 */
export function functionEnvironment(
  { directory, handler, environment, functionName, region, memory, credentials = localCredentials }: FunctionSettings,
  runtimeApi: string,
): Record<string, string> {
  // AWS Lambda developer guide, "Defined runtime environment variables": the reserved ones.
  const reserved: Record<string, string> = {
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local/[$LATEST]",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: directory,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    TZ: ":UTC",
  };
  const taken = Object.keys(environment).find((name) => Object.hasOwn(reserved, name) || setByRuntime.includes(name));
  if (taken !== undefined) throw new LocalError("ENVIRONMENT_RESERVED", `Lambda sets ${taken} itself; leave it out`);
  return {
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    LANG: "en_US.UTF-8",
    // Lambda's Node versions are current ones, so the SDK's notice about old ones is not in a function's log there.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...environment,
    ...reserved,
  };
}
