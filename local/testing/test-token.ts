import type { JsonValue } from "../../cognito/json.ts";
import type { Flaw } from "./flaws.ts";

/** What a test token is to say. Everything has a default, so a test names what it is about and nothing else. */
export type TestToken = {
  /** A person's, or, for a machine, left out: then it is the client's id, as Cognito has it. */
  readonly sub?: string;
  /** `client_credentials` for a machine. */
  readonly grant?: "user" | "client_credentials";
  readonly clientId?: string;
  /** As tokens have them, `care-api/chart.read`; every scope of every resource server where not given. */
  readonly scopes?: readonly string[];
  readonly groups?: readonly string[];
  /** Claims in the clear. */
  readonly claims?: { readonly [claim: string]: JsonValue };
  /** Sealed claims by the name of their resource server. */
  readonly sealed?: { readonly [resourceServer: string]: { readonly [claim: string]: JsonValue } };
  /** Seconds from now; negative for a token that has expired. */
  readonly expiresIn?: number;
  readonly tokenUse?: "access" | "id";
  /** The claim map and revision the token says it was made by; null for a token that no map has touched. */
  readonly cmv?: string | null;
  /** Makes the token bad in exactly one way. */
  readonly flaw?: Flaw;
};

/** The person of tokens that name nobody. */
export const TEST_SUB = "7e57ab1e-0000-4000-8000-000000000001";

/** The app client of tokens that name none. */
export const TEST_CLIENT_ID = "testsonly0000000000000001";
