import type { TriggerEvent } from "../../../cognito/trigger-event.ts";
import type { TableRow } from "../../../local/dynamodb.ts";
import { type Random, randomFrom } from "../../../test/canary/random.ts";

export const STAFF_TABLE = "staff";
export const POOL_ID = "eu-central-1_Soak00000";

/** Somebody who signs in again and again. */
export type Person = {
  readonly sub: string;
  readonly role: string;
  readonly team: string;
  readonly event: TriggerEvent;
  readonly rows: readonly TableRow[];
};

const ROLES = ["clerk", "nurse", "physician"] as const;

/** More people than a process keeps rows of, so that what it keeps is soon as much as it ever is. */
export function drawPeople(seed: number, count: number): readonly Person[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => drawPerson(index, random));
}

function drawPerson(index: number, random: Random): Person {
  const hex = random.text(32, "0123456789abcdef");
  const sub = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  const word = (): string => random.text(16, "abcdefghijklmnopqrstuvwxyz");
  const role = ROLES[index % ROLES.length] as string;
  const team = word();
  return {
    sub,
    role,
    team,
    event: eventOf(sub, `${word()}@example.eu`),
    rows: [
      { pk: `STAFF#${sub}`, role, licenceNo: word(), undeclared: word() },
      { pk: `DESK#${sub}`, team, undeclared: word() },
    ],
  };
}

function eventOf(sub: string, email: string): TriggerEvent {
  return {
    version: "3",
    triggerSource: "TokenGeneration_Authentication",
    region: "eu-central-1",
    userPoolId: POOL_ID,
    userName: sub,
    callerContext: { awsSdkVersion: "none", clientId: "ward" },
    request: {
      userAttributes: { sub, email, "cognito:user_status": "CONFIRMED" },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "email", "care-api/read"],
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}
