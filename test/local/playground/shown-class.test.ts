import { expect, test } from "vitest";
import { admit } from "../../../claims/admit.ts";
import { bindPlan } from "../../../claims/bind.ts";
import type { RowRequest, RowResult } from "../../../claims/facts.ts";
import { gatherFacts } from "../../../claims/gather/gather-facts.ts";
import type { Plan } from "../../../claims/plan.ts";
import type { Run, RunAnswer } from "../../../local/playground/messages.ts";
import { readPlayedMap } from "../../../local/playground/read-map.ts";
import { type DrawnMap, drawMap } from "../../claims/soundness/draw-map.ts";
import { NOW, subjectOf, tablesOf, type World } from "../../claims/soundness/facts.ts";
import { privatePair } from "../../claims/soundness/pairs.ts";
import { ready } from "../../claims/soundness/sign-in.ts";
import { engine } from "./a-played-example.ts";

/*
 * Whatever the page shows as open is the same for two people who differ in private values alone, but for what somebody
 * signed for: so no private value is ever shown as less than it is. Held to random maps, those that leak among them.
 */
const MAPS = Math.max(40, Number(process.env["CLAIMSEAL_RANDOM_MAPS"] ?? 0) / 20);
const LEVELS = ["pii", "pii", "pii", "sensitive"] as const;
const SEED = 20_261_130;
const ENV = { KEY: "arn:aws:kms:eu-central-1:111122223333:key/random" };

/** Leaks that change what is shown, and not what is private: keys and partitions chosen by private values are others. */
const CLEAR = /^CS(401|402|403|406|6\d\d)$/;

test("two people who differ in private values alone see the same where the page says open", async () => {
  const count = { safe: 0, unsafe: 0, open: 0, changed: 0 };
  for (let index = 0, maps = 0; maps < MAPS; index += 1) {
    const map = drawMap([SEED, index]);
    if (!isTelling(map)) continue;
    maps += 1;
    const { plan, unsafe, diagnostics } = readPlayedMap(map.text, "2026-11-22");
    const isClear = diagnostics.every(({ code, severity }) => severity !== "error" || CLEAR.test(code));
    if (plan === null || !isClear) continue;
    for (const [pair, level] of LEVELS.entries()) {
      const people = privatePair(map, [SEED, index, pair], level);
      const [one, other] = await Promise.all([
        played(plan, signingIn(people.one)),
        played(plan, signingIn(people.other)),
      ]);
      if (one.outcome.state !== "issued" || other.outcome.state !== "issued") continue;
      count[unsafe ? "unsafe" : "safe"] += 1;
      count.changed += Number(JSON.stringify(one.traces) !== JSON.stringify(other.traces));
      const [here, there] = [shown(one, level), shown(other, level)];
      for (const [place, value] of here) {
        if (!there.has(place)) continue;
        count.open += 1;
        if (value !== there.get(place)) throw new Error(`${place}: ${value} and ${there.get(place)}\n${map.text}`);
      }
    }
  }
  // What the promise was held to: without these, nothing would have been compared.
  expect(Math.min(count.safe, count.unsafe, count.changed)).toBeGreaterThan(0);
  expect(count.open).toBeGreaterThan(10 * count.safe);
});

/**
 * Whether something private is to be seen: in the ID token, or behind a condition. Of a pseudonym, which somebody signed
 * for, there is another one for each value.
 */
function isTelling({ text, places }: DrawnMap): boolean {
  if (text.includes("pseudonym(")) return false;
  const { profiles } = JSON.parse(text) as Written;
  const reads = (expression = ""): boolean =>
    places.some(({ name, class: how }) => how !== "open" && expression.includes(name));
  return Object.values(profiles)
    .flatMap(({ claims = {} }) => Object.values(claims))
    .some(({ value, when, to = [] }) => (to.includes("id") && reads(value)) || reads(when));
}

type Written = {
  readonly profiles: {
    readonly [name: string]: {
      readonly claims?: {
        readonly [name: string]: { readonly value: string; readonly when?: string; readonly to?: readonly string[] };
      };
    };
  };
};

/** Only with this scope there is an ID token, which shows the most. */
function signingIn(world: World): World {
  const { grant, scopes } = world.subject;
  return grant === "user"
    ? { ...world, subject: { ...world.subject, scopes: [...new Set([...scopes, "openid"])] } }
    : world;
}

/** Everything shown as less private than `level`, by its place. */
function shown({ accessToken, idToken, readers, traces }: RunAnswer, level: "pii" | "sensitive"): Map<string, string> {
  const isBelow = (how: string): boolean => how === "open" || (level === "sensitive" && how === "pii");
  const found = new Map<string, string>();
  for (const [token, claims] of Object.entries({ access: accessToken?.claims, id: idToken?.claims })) {
    for (const { name, value, class: how } of claims ?? []) {
      if (isBelow(how) && !MADE.has(name)) found.set(`${token}.${name}`, JSON.stringify(value));
    }
  }
  for (const { resourceServer, opened } of readers) {
    for (const { name, value, class: how } of opened ?? []) {
      // Sealed, whether there is a value may depend on anything.
      if (isBelow(how) && value !== null) found.set(`${resourceServer}.${name}`, JSON.stringify(value));
    }
  }
  for (const { claim, steps } of traces) {
    for (const { kind, name, value, class: how } of steps) {
      if (isBelow(how) && value !== undefined) found.set(`trace ${claim}, ${kind} ${name}`, JSON.stringify(value));
    }
  }
  return found;
}

/** What Cognito makes anew for each token. */
const MADE = new Set(["jti", "origin_jti", "event_id"]);

async function played(plan: Plan, world: World): Promise<RunAnswer> {
  return (await engine({ what: "run", body: await runOf(plan, world) })) as RunAnswer;
}

/** What a person of this world would be on the page. */
async function runOf(plan: Plan, world: World): Promise<Run> {
  const subject = subjectOf(world);
  const version = plan.events.slice(1);
  const event = {
    version,
    triggerSource: subject.trigger,
    region: subject.region,
    userPoolId: subject.poolId,
    userName: subject.userName,
    callerContext: { awsSdkVersion: "none", clientId: subject.clientId },
    request: {
      userAttributes: subject.grant === "user" ? { sub: subject.sub, ...Object.fromEntries(subject.attributes) } : {},
      groupConfiguration: { groupsToOverride: subject.groups, iamRolesToOverride: [], preferredRole: null },
      ...(version !== "1" && { scopes: subject.scopes }),
      clientMetadata: Object.fromEntries(subject.metadata),
    },
    response: version === "1" ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
  const { tables, hooks, chain, faults } = await rowsAsked(bindPlan(plan, ENV), world);
  const setting = { env: ENV, clock: NOW.toISOString(), hooks, chain };
  return {
    map: world.map.text,
    event: JSON.stringify(event),
    rows: JSON.stringify(tables),
    setting: JSON.stringify(setting),
    faults,
  };
}

type Rows = { readonly [name: string]: unknown };

/** The rows that the corridor asks for in this world, as the page has them. */
async function rowsAsked(
  plan: Plan,
  world: World,
): Promise<{ tables: { [table: string]: Rows[] }; hooks: Rows; chain: Rows; faults: { [part: string]: string } }> {
  const subject = subjectOf(world);
  const admission = admit(plan, subject);
  if (admission.kind !== "governed") throw new Error("every drawn subject has a profile");
  const asked = new Map<string, readonly [RowRequest, RowResult]>();
  const load = async (requests: readonly RowRequest[], signal: AbortSignal): Promise<readonly RowResult[]> => {
    const results = await tablesOf(world)(requests, signal);
    for (const [index, request] of requests.entries()) {
      asked.set(JSON.stringify(request), [request, results[index] ?? { state: "failed" }]);
    }
    return results;
  };
  const tools = { ...ready(plan).matching, now: NOW };
  await gatherFacts(plan, admission.profile, subject, load, tools, new AbortController().signal).catch(() => null);
  const tables: { [table: string]: Rows[] } = {};
  const hooks: { [hook: string]: unknown } = {};
  const chain: { [source: string]: unknown } = {};
  const faults: { [part: string]: string } = {};
  for (const [request, result] of asked.values()) {
    if (result.state === "failed") faults[request.source] = "unavailable";
    const rows = result.state === "found" ? [result.row] : result.state === "rows" ? result.rows : [];
    const written = rows.map((row) => Object.fromEntries(row));
    if (request.kind === "custom") hooks[request.hook] = written[0] ?? null;
    else if (request.kind === "chain") chain[request.source] = written[0] ?? null;
    else {
      const begins = request.kind === "query" ? request.beginsWith : {};
      const keyed = written.map((row, at) => ({
        ...row,
        ...request.key,
        ...Object.fromEntries(Object.entries(begins).map(([name, start]) => [name, `${start}${at}`])),
      }));
      tables[request.table] = [...(tables[request.table] ?? []), ...keyed];
    }
  }
  return { tables, hooks, chain, faults };
}
