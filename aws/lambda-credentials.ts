/** What a request to AWS is signed with. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they stop being good; for as long as the process lives where it is not said. */
  readonly expiration?: Date;
};

/** Fetches a JSON text from the endpoint of the execution environment, with its token. Rejects for every failure. */
export type AskEndpoint = (url: URL, token: string) => Promise<string>;

type Environment = { readonly [name: string]: string | undefined };

/** Credentials are replaced so long before they expire, in milliseconds. */
const MARGIN_MS = 300_000;

/** How long the endpoint may take, in milliseconds: it is on the same machine. */
const ENDPOINT_MS = 1_000;

/** Where a token may be sent without TLS (AWS SDKs and Tools guide, "Container credential provider"). */
const OWN_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|169\.254\.170\.23?|\[fd00:ec2::23\])$/;

/**
 * Finds credentials where Lambda puts them, and nowhere else: in the environment, or, where that has none, at the
 * endpoint it names. The prebuilt bundle has this in place of the SDK's own chain, which also looks for files, profiles,
 * programs to run and the instance's metadata.
 *
 * The environment is read anew each time. What the endpoint gave is kept until five minutes before it expires, then for
 * as long as it is good and there is nothing newer; there is one request at a time, and failures are not remembered.
 *
 * Rejects with an error named `CredentialsProviderError`, as the SDK's do, whose text says nothing of what was found.
 *
 * Sources: AWS Lambda developer guide, "Defined runtime environment variables" and "Using SnapStart with AWS SDKs".
 */
export function lambdaCredentials(
  environment: Environment,
  ask: AskEndpoint = askEndpoint,
  now: () => number = Date.now,
): () => Promise<Credentials> {
  let held: Credentials | null = null;
  let request: Promise<Credentials> | null = null;

  const isGood = (marginMs: number): boolean =>
    held !== null && (held.expiration === undefined || held.expiration.getTime() - now() > marginMs);

  const renewed = async (): Promise<Credentials> => {
    request ??= fromEndpoint(environment, ask).finally(() => {
      request = null;
    });
    held = await request;
    return held;
  };

  return async () => {
    const fixed = fromEnvironment(environment);
    if (fixed !== null) return fixed;
    if (held !== null && isGood(MARGIN_MS)) return held;
    try {
      return await renewed();
    } catch (error) {
      if (held !== null && isGood(0)) return held;
      throw error;
    }
  };
}

function fromEnvironment(environment: Environment): Credentials | null {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

async function fromEndpoint(environment: Environment, ask: AskEndpoint): Promise<Credentials> {
  const address = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (!address) throw none("there are none in the environment, and no endpoint for them");
  if (!URL.canParse(address)) throw none("their endpoint's address is none");
  const url = new URL(address);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && OWN_HOSTS.test(url.hostname))) {
    throw none("their endpoint is not on this machine");
  }
  let answer: unknown;
  try {
    answer = JSON.parse(await ask(url, environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] ?? ""));
  } catch {
    throw none("their endpoint did not answer");
  }
  return credentialsIn(answer);
}

function credentialsIn(answer: unknown): Credentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = (answer ?? {}) as { readonly [name: string]: unknown };
  const expiration = new Date(typeof Expiration === "string" ? Expiration : Number.NaN);
  if (!isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(Token) || Number.isNaN(expiration.getTime())) {
    throw none("their endpoint answered with something else");
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

async function askEndpoint(url: URL, token: string): Promise<string> {
  const response = await fetch(url, {
    headers: token === "" ? {} : { authorization: token },
    redirect: "error",
    signal: AbortSignal.timeout(ENDPOINT_MS),
  });
  if (!response.ok) throw new Error("no credentials");
  return response.text();
}

function none(why: string): Error {
  return Object.assign(new Error(`no AWS credentials: ${why}`), { name: "CredentialsProviderError" });
}
