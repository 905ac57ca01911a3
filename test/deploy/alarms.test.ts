import { expect, test } from "vitest";
import { alarmResources } from "../../deploy/alarms.ts";
import { TRIGGER_ALARMS } from "../../deploy/alarms-list.ts";
import { NAMESPACE as DEPLOYED_NAMESPACE } from "../../deploy/alarms-metric.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { METRICS, NAMESPACE } from "../../triggers/record-metrics.ts";
import { REFUSAL_TEXTS } from "../../triggers/refusal.ts";
import { aPlan } from "../claims/a-plan.ts";
import { CLINIC, examplePlan, MAPS } from "./a-deployment.ts";
import { DEPLOYED, FUNCTION } from "./a-watched-deployment.ts";
import {
  runTrigger,
  type Seen,
  type SignIn,
  STAFF,
  START,
  type WatchedFunction,
  watchedPlan,
} from "./a-watched-trigger.ts";
import { type AlarmProperties, alarmState } from "./alarm-state.ts";
import { embedded, type FilterProperties, filtered, type Sample } from "./cloudwatch.ts";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;

const resources = resolveTemplate(alarmResources(watchedPlan(), DEPLOYED), CLINIC) as unknown as Resources;
const propertiesOf = <T>(type: string): readonly T[] =>
  Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties as T] : []));
const alarms = propertiesOf<AlarmProperties>("AWS::CloudWatch::Alarm");
const filters = propertiesOf<FilterProperties>("AWS::Logs::MetricFilter");

const samplesOf = ({ lines, lambda }: Seen): readonly Sample[] => [
  ...lambda,
  ...lines.flatMap(({ text, at }) => [...embedded(text), ...filters.flatMap((filter) => filtered(filter, text, at))]),
];

const MINUTE_MS = 60_000;

/** The alarms that were on at the end of any minute, by what their names end with, and of which minute first. */
function firing(samples: readonly Sample[], minutes: number): Readonly<Record<string, number>> {
  const first: Record<string, number> = {};
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (const alarm of alarms) {
      const name = alarm.AlarmName.replace(/^claimseal-dev-/, "");
      if (name in first || alarmState(alarm, samples, START + minute * MINUTE_MS) === "OK") continue;
      first[name] = minute;
    }
  }
  return first;
}

const fail = (): never => {
  throw new Error("nora@example.com");
};
const down = async (): Promise<never> => fail();

test("seventy minutes in which nothing is wrong fire nothing, refusals and renewed keys among them", async () => {
  const seen = await runTrigger({ minutes: 70, perMinute: 6 }, (func, index) => {
    func.answers.staff = async () => ({ ...STAFF, suspended: index % 20 === 7 });
    return index % 50 === 3 ? { site: "s9" } : {};
  });
  const samples = samplesOf(seen);
  expect(seen.lines).toHaveLength(420);
  expect(
    new Set(samples.filter(({ name }) => name === "RefusedByCode").map(({ dimensions }) => dimensions["code"])),
  ).toEqual(new Set(["MAP_SUSPENDED", "TENANT_REFUSED"]));
  expect(firing(samples, 70)).toEqual({});
});

type Fault = {
  readonly what: string;
  /** Which alarms fire, and by the end of which minute. */
  readonly fires: Readonly<Record<string, number>>;
  readonly each: (func: WatchedFunction, index: number) => SignIn;
  readonly perMinute?: number;
};

/** From the beginning, but where it is said that something was well before. */
const FAULTS: readonly Fault[] = [
  {
    what: "a source is down",
    fires: { faults: 3, refusals: 15 },
    each: ({ answers }) => {
      answers.staff = down;
      return {};
    },
  },
  {
    what: "a source is down, and somebody signs in every four minutes",
    fires: { faults: 9, refusals: 15 },
    perMinute: 1 / 4,
    each: ({ answers }) => {
      answers.staff = down;
      return {};
    },
  },
  {
    what: "the function does not start",
    fires: { "no-answer": 3 },
    each: ({ environment }) => {
      environment["CLAIMSEAL_MODE"] = "shadows";
      return {};
    },
  },
  {
    what: "reading takes more than two seconds",
    fires: { slow: 3 },
    each: (func) => {
      func.tookMs = 2_300;
      return {};
    },
  },
  {
    what: "a key is disabled before it was ever used",
    fires: { "kms-denied": 1, "claims-unsealed": 5 },
    each: ({ kms, keyArn }) => {
      kms.setKeyState(keyArn, "Disabled");
      return {};
    },
  },
  {
    what: "KMS throttles",
    fires: { "kms-throttled": 3, "claims-unsealed": 5 },
    perMinute: 1,
    each: ({ kms }) => {
      kms.inject({ throttleEvery: 1 });
      return {};
    },
  },
  {
    what: "a source with rows that may stand in is down, after it was not",
    fires: { "stale-rows": 3 },
    perMinute: 6,
    each: ({ answers }, index) => {
      answers.duty = index % 6 === 0 ? async () => ({ onCall: true }) : down;
      return {};
    },
  },
  {
    what: "tokens grow beyond their bounds",
    fires: { "size-drops": 15 },
    each: ({ answers }) => {
      answers.staff = async () => ({ ...STAFF, note: "n".repeat(3_000) });
      return {};
    },
  },
  {
    what: "the mode is shadow",
    fires: { "not-enforcing": 5 },
    each: ({ environment }) => {
      environment["CLAIMSEAL_MODE"] = "shadow";
      return {};
    },
  },
  {
    what: "the mode is minimal, in which nobody can tell who is suspended",
    fires: { "not-enforcing": 5, refusals: 15 },
    each: ({ environment }) => {
      environment["CLAIMSEAL_MODE"] = "minimal";
      return {};
    },
  },
  {
    what: "something throws that must not, once",
    fires: { internal: 6 },
    each: (_, index) => (index === 15 ? { event: hostile } : {}),
  },
  {
    what: "an error is left to nobody",
    fires: { strays: 5 },
    each: ({ process, answers }) => {
      answers.staff = async () => {
        process.emit("unhandledRejection");
        return STAFF;
      };
      return {};
    },
  },
  {
    what: "the log takes every other line",
    fires: { "records-lost": 5 },
    each: (func, index) => {
      func.log = index % 2 === 0 ? "fails" : "takes";
      return {};
    },
  },
  {
    what: "half of all people are suspended",
    fires: { refusals: 15 },
    each: ({ answers }, index) => {
      answers.staff = async () => ({ ...STAFF, suspended: index % 2 === 0 });
      return {};
    },
  },
  {
    what: "a client signs people in that the map does not know, once",
    fires: { "unknown-clients": 5 },
    each: (_, index) => (index === 2 ? { client: "tv" } : {}),
  },
  {
    what: "tenants are tried one after the other",
    fires: { "foreign-tenants": 5, refusals: 15 },
    perMinute: 6,
    each: (_, index) => (index % 6 === 0 ? {} : { site: `t${index % 90}` }),
  },
];

/** An event that cannot even be looked at. */
const hostile: unknown = new Proxy({}, { getOwnPropertyDescriptor: fail, get: fail, has: fail });

test.for(FAULTS.map((fault) => [fault.what, fault] as const))(
  "%s: its alarms fire, and no others",
  async ([, fault]) => {
    const { each, fires, perMinute = 3 } = fault;
    const seen = await runTrigger({ minutes: 20, perMinute }, each);
    expect(firing(samplesOf(seen), 20)).toEqual(fires);
    expect(JSON.stringify(seen.lines)).not.toMatch(/nora|15550100/);
  },
);

test("Lambda turns somebody away: the alarm fires with that minute", () => {
  const throttled = {
    namespace: "AWS/Lambda",
    name: "Throttles",
    dimensions: { FunctionName: FUNCTION },
    value: 1,
    at: START + 30_000,
  };
  expect(firing([throttled], 5)).toEqual({ "lambda-throttled": 1 });
});

test("every alarm was seen to fire", () => {
  const seen = new Set([...FAULTS.flatMap(({ fires }) => Object.keys(fires)), "lambda-throttled"]);
  expect(TRIGGER_ALARMS.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
});

test("alarms go by metrics that the trigger writes, and by codes that it has", () => {
  expect(DEPLOYED_NAMESPACE).toBe(NAMESPACE);
  const own = TRIGGER_ALARMS.flatMap(({ watches }) => ("own" in watches ? [watches.own] : []));
  const codes = TRIGGER_ALARMS.flatMap(({ watches }) => ("code" in watches ? [watches.code] : []));
  expect([...own, ...codes]).toHaveLength(TRIGGER_ALARMS.length - 2);
  expect(own.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  expect(codes.filter((code) => !Object.hasOwn(REFUSAL_TEXTS, code))).toEqual([]);
});

const idsOf = (plan: Parameters<typeof alarmResources>[0]): readonly string[] =>
  Object.keys(alarmResources(plan, { ...DEPLOYED, keyArns: [] }));

test("a map is given the alarms that can fire for it, and no others", () => {
  const bare = aPlan({ resourceServers: {}, unmatched: "bare" });
  expect(idsOf(bare)).toEqual([
    "RefusedByCodeFilter",
    "FaultsAlarm",
    "NoAnswerAlarm",
    "LambdaThrottledAlarm",
    "SlowAlarm",
    "NotEnforcingAlarm",
    "InternalAlarm",
    "StraysAlarm",
    "RecordsLostAlarm",
    "RefusalsAlarm",
    "PoolChangedRule",
    "FunctionChangedRule",
  ]);
  expect(idsOf(watchedPlan())).toHaveLength(1 + TRIGGER_ALARMS.length + 2);
  expect(idsOf({ ...bare, pseudonyms: { key: "${env:KEY}" } })).toEqual(
    expect.arrayContaining(["KmsDeniedAlarm", "KmsThrottledAlarm"]),
  );
  const pinned = aPlan();
  const [server] = Object.values(pinned.resourceServers);
  const seal = { key: "arn:x", mode: "asymmetric", publicKey: "MFkw" } as const;
  expect(idsOf({ ...pinned, resourceServers: { care: { ...server!, seal } } })).not.toContain("KmsDeniedAlarm");
});

test.for(MAPS)("alarms of %s have one name each, and one that stays", (map) => {
  const all = alarmResources(examplePlan(map), DEPLOYED);
  const names = Object.values(all).flatMap((each) => {
    const { Type, Properties } = each as unknown as Resources[string];
    return Type === "AWS::CloudWatch::Alarm" ? [JSON.stringify((Properties as { AlarmName: unknown }).AlarmName)] : [];
  });
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('{"Fn::Sub":"${AWS::StackName}-faults"}');
});
