import { CliError, EXIT, type Io } from "../io.ts";
import type { Caller } from "./audit-line.ts";

/** What of an SDK client tells whose credentials it has. */
type WithCredentials = {
  readonly config: {
    readonly credentials: () => Promise<{ readonly accessKeyId: string; readonly accountId?: string | undefined }>;
  };
};

/** Who uses a client, as this machine knows it. */
export async function callerOf({ config }: WithCredentials, { environment }: Io): Promise<Caller> {
  const credentials = await config.credentials().catch(() => null);
  return {
    user: environment["USER"] ?? environment["LOGNAME"] ?? null,
    profile: environment["AWS_PROFILE"] ?? null,
    accessKey: credentials?.accessKeyId.slice(-4) ?? null,
    account: credentials?.accountId ?? null,
  };
}

/**
 * Adds an audit line to a file; says it, where none is named.
 *
 * @throws {CliError} exit 3: what cannot be audited is not shown.
 */
export async function writeAudit(file: string | undefined, line: object, io: Io): Promise<void> {
  const text = JSON.stringify(line);
  if (file === undefined) return io.say(text);
  try {
    await io.appendFile(file, `${text}\n`);
  } catch {
    throw new CliError(EXIT.environment, `${file}: the audit line cannot be written, so nothing is shown`);
  }
}
