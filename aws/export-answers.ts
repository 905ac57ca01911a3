import { poolError } from "./pool-fault.ts";

/** What was asked for and not given, by its part of the export, and AWS's name for why. */
export type NotRead = { readonly part: string; readonly why: string };

/** Asks for parts of an export one by one, and keeps what was refused. */
export type Answers = {
  /** `null` where AWS says that there is none, `undefined` where it does not say. */
  readonly of: <T>(part: string, ask: () => Promise<T>) => Promise<T | null | undefined>;
  readonly notRead: readonly NotRead[];
};

/** AWS's names for what is not there: of user pools and functions, of keys, of policies. */
const NOT_THERE: ReadonlySet<string> = new Set([
  "ResourceNotFoundException",
  "NotFoundException",
  "PolicyNotFoundException",
]);

/** AWS's names for credentials that are none: nothing else would be answered either. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "IncompleteSignatureException",
  "ExpiredTokenException",
  "ExpiredToken",
]);

/**
 * Answers that may be refused one by one: whoever may read a pool need not be the one who may read its keys.
 *
 * `of` rejects with a `DeployError`, `AWS_REFUSED` or `AWS_UNREACHABLE`, where nothing more can be expected.
 */
export function collectAnswers(): Answers {
  const notRead: NotRead[] = [];
  return {
    notRead,
    of: async (part, ask) => {
      try {
        return await ask();
      } catch (error) {
        const { name = "", $fault } = error as { readonly name?: string; readonly $fault?: unknown };
        if (NOT_THERE.has(name)) return null;
        if ($fault !== "client" || NO_CREDENTIALS.has(name)) throw poolError(operationOf(part), error);
        notRead.push({ part, why: /^[A-Z][A-Za-z]{2,60}$/.test(name) ? name : "refused" });
        return undefined;
      }
    },
  };
}

/** For a message, in which no ARN has a place. */
function operationOf(part: string): string {
  return `reading ${part.split(".")[0]}`;
}

/** Every page of a list. */
export async function allPages<T, Token>(
  page: (
    token: Token | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: Token | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: Token | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    token = next;
  } while (token !== undefined);
  return all;
}
