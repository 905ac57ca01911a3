import type { MapPath } from "../../claims/claim-map.ts";
import type { Plan } from "../../claims/plan.ts";
import type { ShortEvent, TestCase } from "../../claims/shape/map-test-shape.ts";
import { anyOf } from "../../claims/shape/place.ts";
import type { TestProblem } from "./written-test-rules.ts";

/** The event of a case in short, with everything it copies; on top of a whole one where a file is copied. */
export type WholeEvent = { readonly file: string | undefined; readonly short: Omit<ShortEvent, "like"> };

type Fields = { readonly [name: string]: unknown };

const MACHINE = "TokenGeneration_ClientCredentials";
const POOL = "eu-central-1_Example01";

/** Follows `like`, which only ever names an earlier case. */
export function wholeEvent(cases: readonly TestCase[], index: number): WholeEvent {
  const event = cases[index]?.event ?? {};
  if (typeof event === "string") return { file: event, short: {} };
  const { like, ...own } = event;
  if (like === undefined) return { file: undefined, short: own };
  const { file, short } = wholeEvent(cases, like);
  return { file, short: { ...short, ...own } };
}

/** What a short event lacks or contradicts on a pool of this version. */
export function eventProblems(
  cases: readonly TestCase[],
  index: number,
  events: Plan["events"],
): readonly TestProblem[] {
  const { file, short } = wholeEvent(cases, index);
  const at = ["cases", String(index), "event"];
  const has = (key: keyof ShortEvent): boolean => (short as ShortEvent)[key] !== undefined;
  const contradiction = (key: keyof ShortEvent, message: string, fix: string): TestProblem => ({
    code: "CS111",
    path: ownPath(cases[index], at, key),
    message,
    fix,
  });
  if (events === "V1" && has("scopes")) {
    return [contradiction("scopes", "a V1 event names no scopes", "Delete `scopes`.")];
  }
  if (file !== undefined) return [];
  const isMachine = grantOf(short) === "client_credentials";
  if (short.grant !== undefined && short.trigger !== undefined && isMachine !== (short.trigger === MACHINE)) {
    const message = "`grant` and `trigger` contradict each other";
    return [contradiction("trigger", message, "Write `grant` alone; the trigger source follows from it.")];
  }
  const forPeople = (["sub", "userName", "groups", "user"] as const).filter(has);
  const own = cases[index]?.event;
  const isCopy = typeof own === "object" && own.like !== undefined;
  const needed = [
    "client",
    ...(isMachine ? [] : ["sub"]),
    ...(events === "V1" ? [] : ["scopes"]),
  ] as readonly (keyof ShortEvent)[];
  return [
    // A machine's event may copy a person's.
    ...(isMachine && !isCopy && forPeople.length > 0
      ? [contradiction(forPeople[0] ?? "sub", "a machine is no person", `Delete ${anyOf(forPeople)}.`)]
      : []),
    ...needed
      .filter((key) => !has(key))
      .map((key): TestProblem => {
        const fix = `Add \`${key}\`${key === "scopes" ? ": those Cognito is about to grant, such as `[openid]`" : ""}.`;
        return { code: "CS104", path: at, message: `the event has no \`${key}\``, fix };
      }),
  ];
}

/** Where a key stands: in the case's own event, if it is there and not copied. */
function ownPath(test: TestCase | undefined, at: MapPath, key: keyof ShortEvent): MapPath {
  return typeof test?.event === "object" && test.event[key] !== undefined ? [...at, key] : at;
}

/** The event as Cognito sends it. `file` is what a file held, which may be anything: the trigger must stand it. */
export function cognitoEvent(short: WholeEvent["short"], events: Plan["events"], file: unknown): unknown {
  if (file === undefined) return fromShort(short, events);
  if (Object.keys(short).length === 0 || !isFields(file)) return file;
  return onTop(file, short);
}

function fromShort(short: WholeEvent["short"], events: Plan["events"]): unknown {
  const { client = "", pool = POOL, scopes, groups = [], metadata } = short;
  const isMachine = grantOf(short) === "client_credentials";
  const sub = isMachine ? client : (short.sub ?? "");
  return {
    version: events.slice(1),
    triggerSource: isMachine ? MACHINE : (short.trigger ?? "TokenGeneration_HostedAuth"),
    region: regionOf(pool),
    userPoolId: pool,
    userName: isMachine ? "ClientCredentials" : (short.userName ?? sub),
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: client },
    request: {
      userAttributes: isMachine ? {} : { sub, ...short.user },
      groupConfiguration: isMachine ? null : { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null },
      ...(events !== "V1" && { scopes: scopes ?? [] }),
      ...(metadata && { clientMetadata: metadata }),
    },
    response: events === "V1" ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
}

/** A whole event with the keys of a short one in place of what they stand for. */
function onTop(event: Fields, short: WholeEvent["short"]): unknown {
  const { client, sub, userName, trigger, pool, scopes, groups, metadata, user, grant } = short;
  const request = fieldsOf(event["request"]);
  const attributes = fieldsOf(request["userAttributes"]);
  const person = user === undefined ? attributes : { sub: attributes["sub"], ...user };
  const source = trigger ?? (grant === "client_credentials" ? MACHINE : undefined);
  return {
    ...event,
    ...(source !== undefined && { triggerSource: source }),
    ...(pool !== undefined && { userPoolId: pool, region: regionOf(pool) }),
    ...((userName ?? sub) !== undefined && { userName: userName ?? sub }),
    ...(client !== undefined && { callerContext: { ...fieldsOf(event["callerContext"]), clientId: client } }),
    request: {
      ...request,
      userAttributes: sub === undefined ? person : { ...person, sub },
      ...(groups && { groupConfiguration: { ...fieldsOf(request["groupConfiguration"]), groupsToOverride: groups } }),
      ...(scopes && { scopes }),
      ...(metadata && { clientMetadata: metadata }),
    },
  };
}

function grantOf({ grant, trigger }: WholeEvent["short"]): "user" | "client_credentials" {
  return grant ?? (trigger === MACHINE ? "client_credentials" : "user");
}

/** A pool's id begins with its region. */
function regionOf(pool: string): string {
  return pool.slice(0, Math.max(0, pool.indexOf("_"))) || "eu-central-1";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
