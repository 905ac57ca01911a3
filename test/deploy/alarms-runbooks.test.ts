import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { alarmResources, REFUSED_BY_CODE } from "../../deploy/alarms.ts";
import { CHANGES } from "../../deploy/alarms-change.ts";
import { FEDERATION_ALARM } from "../../deploy/alarms-federation.ts";
import { TRIGGER_ALARMS } from "../../deploy/alarms-list.ts";
import type { Threshold } from "../../deploy/alarms-metric.ts";
import { OPENS_REFUSED, READER_ALARMS, readerAlarmResources } from "../../deploy/alarms-reader.ts";
import { RECORD_FIELDS } from "../../triggers/record-fields.ts";
import { METRICS } from "../../triggers/record-metrics.ts";
import { DEPLOYED } from "./a-watched-deployment.ts";
import { watchedPlan } from "./a-watched-trigger.ts";

const alarms = [...TRIGGER_ALARMS, FEDERATION_ALARM, ...CHANGES, ...READER_ALARMS];
const pages = readdirSync("docs/runbooks").map((file) => ({
  name: file.replace(/\.md$/, ""),
  text: readFileSync(`docs/runbooks/${file}`, "utf8"),
}));

test("every alarm has a runbook, and every runbook an alarm", () => {
  expect(pages.map(({ name }) => name).toSorted()).toEqual(alarms.map(({ name }) => name).toSorted());
});

test("every alarm says in its description which runbook to open, and it is there", () => {
  const reader = readerAlarmResources({ ...DEPLOYED, name: "care-api", identifier: "care-api" });
  const everything = { ...watchedPlan(), federation: { providers: {}, patterns: [] } };
  const deployed = { ...DEPLOYED, federationFunctionName: "enters" };
  const made = JSON.stringify({ ...alarmResources(everything, deployed), ...reader });
  const told = [...made.matchAll(/"(?:Alarm)?Description":"[^"]*Runbook: ([^"]+)"/g)].map(([, file = ""]) => file);
  expect(new Set(told).size).toBe(alarms.length);
  expect(told.filter((file) => !existsSync(file))).toEqual([]);
  const elsewhere = JSON.stringify(
    alarmResources(watchedPlan(), { ...DEPLOYED, runbooks: "https://wiki.example.com/" }),
  );
  expect(elsewhere).toContain("Urgent. Runbook: https://wiki.example.com/faults.md");
});

describe.for(pages.map(({ name, text }) => [name, text] as const))("the runbook %s", ([name, text]) => {
  test("says what the alarm means, whom it is about, and what to do and not to", () => {
    expect(text.split("\n")[0]).toBe(`# ${name}`);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      "Who is affected",
      "Confirm",
      "Now",
      "Later",
      "What not to do",
    ]);
    const [opening = ""] = text.split("## Who is affected");
    const { urgent } = alarms.find((alarm) => alarm.name === name) ?? {};
    expect(/\bNot urgent\b/.test(opening)).toBe(urgent === false);
    expect(/\bUrgent\b/.test(opening)).toBe(urgent);
  });

  test("asks the log for fields that lines have", () => {
    const isReader = READER_ALARMS.some((alarm) => alarm.name === name);
    const language =
      "filter fields stats sort limit unnest into by as and desc count sum min max pct bin m ispresent jsonParse message timestamp like";
    const parts = ["total", "sources", "seal", "retries", "kms", "access", "id"];
    const inside = ["claim", "state", "resourceServer", "keyId8", "ageS", "source"];
    const known = [...language.split(" "), ...parts, ...inside, ...Object.keys(RECORD_FIELDS), ...Object.keys(METRICS)];
    const ofReaders = isReader ? ["claimseal"] : [];
    for (const query of blocks(text, "")) {
      const asked = query.replaceAll(/"[^"]*"|\/[^/\n]*\//g, "");
      const own = [...asked.matchAll(/\b(?:as|into) (\w+)/g)].map(([, each = ""]) => each);
      const strangers = [...asked.matchAll(/[A-Za-z_]\w*/g)]
        .map(([word]) => word)
        .filter((word) => ![...known, ...ofReaders, ...own].includes(word));
      expect(strangers).toEqual([]);
    }
    expect([...blocks(text, ""), ...blocks(text, "sh")].length).toBeGreaterThan(0);
  });
});

describe("the how-to on watching", () => {
  const page = readFileSync("docs/how-to/watch-sign-ins.md", "utf8");

  test("has a row for every alarm, with what it is over and within what", () => {
    const rows = TRIGGER_ALARMS.flatMap((alarm) => {
      if ("own" in alarm.watches) return [`| \`${alarm.watches.own}\` | ${bounds(alarm)} | [${alarm.name}](`];
      if ("code" in alarm.watches) return [`| code \`${alarm.watches.code}\` | ${bounds(alarm)} | [${alarm.name}](`];
      return [];
    });
    const ofReaders = READER_ALARMS.map((alarm) => {
      const codes = alarm.codes.map((code) => `\`${code}\``).join(", ");
      return `| ${alarm.codes.length > 1 ? "codes" : "code"} ${codes} | ${bounds(alarm)} | [${alarm.name}](`;
    });
    expect([...rows, ...ofReaders].filter((row) => !page.includes(row))).toEqual([]);
    expect(alarms.filter(({ name }) => !page.includes(`[${name}](../runbooks/${name}.md)`))).toEqual([]);
    for (const metric of [REFUSED_BY_CODE, OPENS_REFUSED]) expect(page).toContain(`\`${metric}\``);
  });

  test("makes a filter by hand like the one that is made", () => {
    const [, pattern = "", made = ""] =
      /--filter-pattern '([^']+)' --metric-transformations '([^']+)'/.exec(page) ?? [];
    const resources = readerAlarmResources({ ...DEPLOYED, name: "care-api", identifier: "care-api" });
    const { FilterPattern, MetricTransformations } = (
      resources["CareApiOpensDeniedFilter"] as unknown as {
        readonly Properties: { readonly FilterPattern: string; readonly MetricTransformations: readonly object[] };
      }
    ).Properties;
    expect(pattern).toBe(FilterPattern);
    expect(MetricTransformations).toEqual([
      {
        MetricNamespace: /metricNamespace=(\w+)/.exec(made)?.[1],
        MetricName: /metricName=(\w+)/.exec(made)?.[1],
        MetricValue: /metricValue=(\w+)/.exec(made)?.[1],
        Unit: /unit=(\w+)/.exec(made)?.[1],
        Dimensions: [{ Key: "resourceServer", Value: /dimensions=\{resourceServer=([^}]+)\}/.exec(made)?.[1] }],
      },
    ]);
  });
});

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].flatMap(([, , of, block = ""]) =>
    of === language ? [block] : [],
  );
}

/** As the tables write it: `average 0.01 | 3 of 15 minutes`. */
function bounds({ statistic, over, minutes, of: [breaching, last] }: Threshold): string {
  const length = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const within =
    last === 1 ? length : minutes === 1 ? `${breaching} of ${last} minutes` : `${breaching} of ${last} times ${length}`;
  return `${statistic === "p99" ? statistic : statistic.toLowerCase()} ${over.toLocaleString("en")} | ${within}`;
}
