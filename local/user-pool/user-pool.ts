import type { Fields } from "../../cognito/own-fields.ts";
import type { PoolVersion } from "../../cognito/simulator.ts";
import { localAccount } from "../local-account.ts";
import { type AppClient, type PoolResourceServer, readClients } from "./app-client.ts";
import type { AuthorizationCode, SrpChallenge } from "./between-requests.ts";
import { createDevices, type Devices } from "./devices.ts";
import { UserPoolError } from "./error.ts";
import { createHandles, type OpaqueHandles } from "./opaque-handles.ts";
import { createPoolSettings, type PoolSettings } from "./pool-settings.ts";
import { createSignIns, type SignIns } from "./sign-ins.ts";
import type { TokenIssuer } from "./token-issue.ts";
import { createTokenKeys } from "./token-keys.ts";
import { cognitoTriggerLimits, type InvokeTrigger, invokeByUrl, type TriggerLimits } from "./trigger-call.ts";
import { createDirectory, type UserDirectory } from "./user-directory.ts";
import { createVerificationCodes, type VerificationCodes } from "./verification-codes.ts";

/** An embedded user pool, as it is asked for. */
export type UserPoolOptions = {
  /** `<region>_<id>`. */
  readonly poolId: string;
  readonly region: string;
  /** The version of the trigger's events. */
  readonly lambdaVersion: PoolVersion;
  readonly clients: readonly AppClient[];
  readonly resourceServers: readonly PoolResourceServer[];
  /** `email`: UsernameAttributes [email], usernames are UUIDs. `username`: people pick their own. */
  readonly signInBy?: "email" | "username";
  /** DeviceConfiguration: every device is told a key, and remembered once it is confirmed. Off where it is not said. */
  readonly deviceTracking?: boolean;
  /** The Pre Token Generation trigger: a function, or the URL of Lambda's Invoke path. */
  readonly trigger?: InvokeTrigger | string;
  readonly triggerLimits?: TriggerLimits;
  /** What DescribeUserPool tells of the pool besides its id and name. */
  readonly settings?: Fields;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

/** A sign-in that waits for a new password. */
export type Challenge = { readonly username: string; readonly clientId: string };

/** A sign-in whose password was right, and whose device has to show its secret. */
export type DeviceSession = Challenge & { readonly deviceKey: string };

/** Someone who signed in at the page and may come back without a password for a while. */
export type BrowserSession = { readonly username: string; readonly authTime: number };

/** An embedded user pool: its people, its clients, its keys. Everything in it ends with the process. */
export type UserPool = TokenIssuer & {
  /** What SRP calls the pool: its id without the region. */
  readonly name: string;
  readonly clients: ReadonlyMap<string, AppClient>;
  readonly directory: UserDirectory;
  readonly signIns: SignIns;
  readonly challenges: OpaqueHandles<Challenge>;
  readonly srpChallenges: OpaqueHandles<SrpChallenge>;
  readonly deviceSessions: OpaqueHandles<DeviceSession>;
  /** Null where devices are not tracked. */
  readonly devices: Devices | null;
  readonly codes: OpaqueHandles<AuthorizationCode>;
  readonly browserSessions: OpaqueHandles<BrowserSession>;
  /** Codes for people, and the messages that carry them. */
  readonly verification: VerificationCodes;
  readonly settings: PoolSettings;
};

/**
 * Makes an empty pool with fresh random keys. Its tokens name the real issuer, so that services verify them as they
 * would verify Cognito's; only the keys tell them apart.
 *
 * @throws {TypeError} for clients that Cognito would not let be made, or a pool id of another region.
 */
export async function createUserPool(options: UserPoolOptions): Promise<UserPool> {
  const { poolId, region, lambdaVersion, trigger, now = Date.now } = options;
  if (!poolId.startsWith(`${region}_`))
    throw new TypeError("user pool: the id starts with the region and an underscore");
  const name = poolId.slice(region.length + 1);
  return {
    poolId,
    name,
    region,
    lambdaVersion,
    issuer: `https://cognito-idp.${region}.amazonaws.com/${poolId}`,
    clients: readClients(options.clients, options.resourceServers),
    directory: createDirectory(options.signInBy ?? "email", name, now),
    keys: await createTokenKeys(),
    signIns: createSignIns(now),
    challenges: createHandles(now),
    srpChallenges: createHandles(now),
    deviceSessions: createHandles(now),
    devices: options.deviceTracking === true ? createDevices(region, now) : null,
    codes: createHandles(now),
    browserSessions: createHandles(now),
    verification: createVerificationCodes(now),
    settings: createPoolSettings(
      {
        Id: poolId,
        Name: name,
        Arn: `arn:aws:cognito-idp:${region}:${localAccount}:userpool/${poolId}`,
        CreationDate: Math.floor(now() / 1000),
        ...options.settings,
      },
      { now },
    ),
    trigger: typeof trigger === "string" ? invokeByUrl(trigger) : (trigger ?? null),
    triggerLimits: options.triggerLimits ?? cognitoTriggerLimits,
    now,
  };
}

/** @throws {UserPoolError} `ResourceNotFoundException`. */
export function getClient(pool: UserPool, clientId: string): AppClient {
  const client = pool.clients.get(clientId);
  if (client !== undefined) return client;
  throw new UserPoolError("ResourceNotFoundException", `User pool client ${clientId} does not exist.`);
}
