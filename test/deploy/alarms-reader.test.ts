import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { READER_ALARMS, readerAlarmResources } from "../../deploy/alarms-reader.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { createTestKit, type Flaw, type TestKit } from "../../local/testing.ts";
import { fromRequest } from "../../resource-server/from-request.ts";
import type { OpenerError } from "../../resource-server/opener-error.ts";
import { CLINIC } from "./a-deployment.ts";
import { TOPIC } from "./a-watched-deployment.ts";
import { type AlarmProperties, alarmState } from "./alarm-state.ts";
import { type FilterProperties, filtered, type Sample } from "./cloudwatch.ts";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;
const reader = { name: "care-api", identifier: "care-api", logGroupName: "/aws/lambda/charts", topicArn: TOPIC };
const resources = resolveTemplate(readerAlarmResources(reader), CLINIC) as unknown as Resources;
const propertiesOf = <T>(type: string): readonly T[] =>
  Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties as T] : []));
const alarms = propertiesOf<AlarmProperties>("AWS::CloudWatch::Alarm");
const filters = propertiesOf<FilterProperties>("AWS::Logs::MetricFilter");

/** What the page tells services to write of a refusal. */
const [, recipe = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync("docs/how-to/watch-sign-ins.md", "utf8")) ?? [];
const { refusedBy } = (await import(`data:text/javascript,${encodeURIComponent(recipe)}`)) as {
  readonly refusedBy: (opener: { readonly resourceServer: string }) => (error: OpenerError) => void;
};

afterEach(() => {
  vi.restoreAllMocks();
});

const START = Date.UTC(2026, 10, 30, 8);

/** A service that is sent one token a minute, through a real opener; and the alarms that then fire. */
async function served(minutes: number, token: (kit: TestKit, minute: number) => Promise<string>) {
  const kit = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": { scopes: ["chart.read"] } } });
  const opener = kit.opener("care-api", { scope: "care-api/chart.read" });
  const samples: Sample[] = [];
  const lines: string[] = [];
  let minute = 0;
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    samples.push(...filters.flatMap((filter) => filtered(filter, String(line).trimEnd(), START + minute * 60_000)));
    return true;
  });
  for (; minute < minutes; minute += 1) {
    const authorization = `Bearer ${await token(kit, minute)}`;
    const request = new Request("https://charts.example.com/", { headers: { authorization } });
    await fromRequest(opener, request, { onRefused: refusedBy(opener) });
  }
  vi.restoreAllMocks();
  const names = alarms.filter((alarm) => alarmState(alarm, samples, START + minutes * 60_000) === "ALARM");
  return { lines, samples, firing: names.map(({ AlarmName }) => AlarmName) };
}

const usual: readonly (Flaw | undefined)[] = [
  undefined,
  "expired",
  "id-token",
  "without-scopes",
  "without-envelope",
  "foreign-pool",
];

test("good tokens, and bad ones that anybody may send, fire nothing; they are counted by their codes", async () => {
  const { firing, samples, lines } = await served(15, async (kit, minute) => {
    const flaw = usual[minute % usual.length];
    return kit.mint(flaw ? { flaw } : {});
  });
  expect(firing).toEqual([]);
  expect(lines).toHaveLength(12);
  expect(new Set(samples.map(({ name, dimensions }) => `${name} ${dimensions["code"]}`))).toEqual(
    new Set(["TOKEN_INVALID", "TOKEN_USE", "SCOPE_MISSING", "SEALED_ABSENT"].map((code) => `OpensRefused ${code}`)),
  );
});

const last = (flaw: Flaw) => async (kit: TestKit, minute: number) => kit.mint(minute === 4 ? { flaw } : {});

test.for<readonly [what: string, alarm: string, token: (kit: TestKit, minute: number) => Promise<string>]>([
  ["an envelope that was changed", "opens-broken", last("broken-envelope")],
  ["an envelope that is none", "opens-broken", last("malformed-envelope")],
  ["an envelope of somebody else's token", "opens-broken", last("swapped-envelope")],
  ["a token that no map has made", "opens-ungoverned", last("ungoverned")],
  ["a token of another map", "opens-ungoverned", last("foreign-map")],
  [
    "a role that lost its key",
    "opens-denied",
    async (kit, minute) => {
      if (minute === 4) kit.kms("denied");
      return kit.mint();
    },
  ],
  [
    "an outage of KMS",
    "opens-unavailable",
    async (kit, minute) => {
      if (minute === 2) kit.kms("unavailable");
      return kit.mint();
    },
  ],
])("%s: %s fires, and no other", async ([, alarm, token]) => {
  const { firing, lines } = await served(5, token);
  expect(firing).toEqual([`claimseal-dev-care-api-${alarm}`]);
  expect(lines.at(-1)).toMatch(/^\{"claimseal":"refused","resourceServer":"care-api","code":"[A-Z_]+"\}\n$/);
});

test("every code of an alarm is counted once, and every alarm of a reader was seen to fire", () => {
  const codes = READER_ALARMS.flatMap((alarm) => alarm.codes);
  expect(new Set(codes).size).toBe(codes.length);
  expect(alarms).toHaveLength(READER_ALARMS.length);
  expect(filters).toHaveLength(READER_ALARMS.length + 1);
});
