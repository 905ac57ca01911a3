import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { TableRows } from "../../local/dynamodb.ts";
import type { Random } from "../canary/random.ts";
import type { Marks } from "./marks.ts";

export const POOL_ID = "eu-central-1_Isolation";
export const STAFF_TABLE = "staff";
export const SHIFT_TABLE = "shifts";
export const CLIENTS = ["ward", "office"] as const;

/** Somebody every value of whom is a mark, or a word that goes with their number. */
export type Person = {
  readonly index: number;
  readonly sub: string;
  readonly username: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly clinics: readonly string[];
  readonly rows: TableRows;
  /** What the owner's function answers for them, and the function in front of ours. */
  readonly badge: { readonly number: string; readonly floor: string; readonly undeclared: string };
  readonly costCentre: string;
};

/** A sign-in: whose, from which client, and what was asked for. */
export type SignIn = {
  readonly person: Person;
  readonly client: (typeof CLIENTS)[number];
  readonly event: TriggerEvent;
  /** Equal for equal sign-ins. */
  readonly name: string;
};

const ROLES = ["clerk", "nurse", "physician"] as const;
/** What is asked for, and how often: few sign-ins differ, so that the same ones come again. */
const ASKED: readonly (readonly [share: number, ...scopes: string[]])[] = [
  // An envelope by KMS itself, or under a new pair of keys, costs more than the rest of a sign-in.
  [0.05, "care-api/read", "archive-api/read"],
  [0.1, "desk-api/read", "vault-api/read"],
  [0.3, "care-api/read"],
  [0.3, "desk-api/read"],
  [1, "care-api/read", "desk-api/read"],
];

export function drawPeople(count: number, marks: Marks): readonly Person[] {
  return Array.from({ length: count }, (_, index) => drawPerson(index, marks));
}

function drawPerson(index: number, marks: Marks): Person {
  const mark = (): string => marks.draw(index);
  const sub = marks.drawId(index);
  const clinics = [mark(), mark()];
  const rows: TableRows = {
    [STAFF_TABLE]: [
      {
        pk: `STAFF#${sub}`,
        clinicIds: clinics,
        role: ROLES[index % ROLES.length] as string,
        licenceNo: mark(),
        bloodType: mark(),
        undeclared: mark(),
      },
      { pk: `DESK#${sub}`, team: mark(), extension: mark(), undeclared: mark() },
    ],
    [SHIFT_TABLE]: Array.from({ length: index % 4 }, (_, at) => ({ pk: `SHIFTS#${sub}`, sk: `S${at}`, place: mark() })),
  };
  return {
    index,
    sub,
    username: marks.drawId(index),
    attributes: { sub, email: `${mark()}@example.eu`, name: mark(), phone_number: mark(), "custom:note": mark() },
    groups: [...clinics, mark()],
    clinics,
    rows,
    badge: { number: mark(), floor: mark(), undeclared: mark() },
    costCentre: mark(),
  };
}

export function drawSignIn(person: Person, random: Random): SignIn {
  const client = random.pick(CLIENTS);
  const [, ...scopes] = ASKED.find(([share]) => random.chance(share)) ?? [];
  // One more than there are asks for none.
  const clinic = client === "ward" ? random.int(person.clinics.length + 1) : person.clinics.length;
  return {
    person,
    client,
    event: eventOf(person, client, scopes, person.clinics[clinic]),
    name: JSON.stringify([person.index, client, scopes, clinic]),
  };
}

function eventOf(
  { username, attributes, groups }: Person,
  clientId: string,
  scopes: readonly string[],
  clinic: string | undefined,
): TriggerEvent {
  return {
    version: "3",
    triggerSource: "TokenGeneration_Authentication",
    region: "eu-central-1",
    userPoolId: POOL_ID,
    userName: username,
    callerContext: { awsSdkVersion: "none", clientId },
    request: {
      userAttributes: { ...attributes },
      groupConfiguration: { groupsToOverride: [...groups], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "profile", "email", ...scopes],
      ...(clinic !== undefined && { clientMetadata: { clinic } }),
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}
