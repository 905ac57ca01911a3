import { describe, expect, test } from "vitest";
import { alarmResources, REFUSED_BY_CODE } from "../../deploy/alarms.ts";
import { OPENS_REFUSED, readerAlarmResources } from "../../deploy/alarms-reader.ts";
import { dashboardResource } from "../../deploy/dashboard.ts";
import { jsonText } from "../../deploy/dashboard-text.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { RECORD_FIELDS } from "../../triggers/record-fields.ts";
import { METRICS } from "../../triggers/record-metrics.ts";
import { CLINIC } from "./a-deployment.ts";
import { DEPLOYED, FUNCTION } from "./a-watched-deployment.ts";
import { watchedPlan } from "./a-watched-trigger.ts";

type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly region?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly query?: string;
    readonly alarms?: readonly string[];
  };
};

const alarms = {
  ...alarmResources(watchedPlan(), DEPLOYED),
  ...readerAlarmResources({ ...DEPLOYED, name: "care-api", identifier: "care-api" }),
};
const ids = (type: string): readonly string[] =>
  Object.entries(alarms).flatMap(([id, each]) => ((each as { Type?: unknown }).Type === type ? [id] : []));

/** The dashboard as CloudWatch gets it: alarms and rules have been made, and have names. */
const resolved = resolveTemplate(dashboardResource(watchedPlan(), DEPLOYED, alarms), {
  refs: { ...CLINIC.refs, ...Object.fromEntries(ids("AWS::Events::Rule").map((id) => [id, `name-of-${id}`])) },
  attributes: Object.fromEntries(ids("AWS::CloudWatch::Alarm").map((id) => [id, { Arn: `arn:of:${id}` }])),
}) as unknown as {
  readonly Dashboard: { readonly Properties: { readonly DashboardBody: string; readonly DashboardName: string } };
};
const { widgets } = JSON.parse(resolved.Dashboard.Properties.DashboardBody) as { readonly widgets: readonly Widget[] };
const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []);

describe("the dashboard", () => {
  test("is JSON, in the stack's name and region, with widgets that lie beside and under each other", () => {
    expect(resolved.Dashboard.Properties.DashboardName).toBe("claimseal-dev");
    const cells = new Set<string>();
    for (const { x, y, width, height, type, properties } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      expect(properties.region).toBe(type === "alarm" ? undefined : "eu-central-1");
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(cells).not.toContain(`${column} ${row}`);
          cells.add(`${column} ${row}`);
        }
      }
    }
  });

  test("shows every alarm of the stack, and every rule that matched", () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown).toEqual(ids("AWS::CloudWatch::Alarm").map((id) => `arn:of:${id}`));
    const matched = lines.filter(([namespace]) => namespace === "AWS/Events").map(([, , , name]) => name);
    expect(matched).toEqual(ids("AWS::Events::Rule").map((id) => `name-of-${id}`));
  });

  test("shows every metric the trigger writes, of this map, and none that it does not", () => {
    const own = lines.filter(([namespace]) => namespace === "claimseal");
    expect(new Set(own.map(([, , ...dimension]) => JSON.stringify(dimension.slice(0, 2))))).toEqual(
      new Set(['["service","watched"]']),
    );
    expect(new Set(own.map(([, name]) => name))).toEqual(new Set(Object.keys(METRICS)));
    const lambda = lines.filter(([namespace]) => namespace === "AWS/Lambda");
    expect(new Set(lambda.map(([, , , name]) => name))).toEqual(new Set([FUNCTION]));
  });

  test("shows refusals by code, of the function and of services", () => {
    const searches = lines.flatMap(([first]) => (first as { expression?: string }).expression ?? []);
    expect(searches).toEqual([
      `SEARCH('{claimseal,service,code} MetricName="${REFUSED_BY_CODE}" service="watched"', 'Sum', 60)`,
      "1000 * FILL(kms, 0) / issued",
      `SEARCH('{claimseal,resourceServer,code} MetricName="${OPENS_REFUSED}"', 'Sum', 60)`,
    ]);
  });

  test("asks the function's log, for fields that records have", () => {
    const queries = widgets.flatMap(({ properties }) => properties.query ?? []);
    expect(queries).toHaveLength(4);
    const words = "filter stats count min max sum pct as by bin sort limit desc and ispresent v m".split(" ");
    const parts = ["sources", "seal", "access"];
    for (const query of queries) {
      const [, source, asked = ""] = /^SOURCE '([^']*)' \| (.*)$/s.exec(query) ?? [];
      expect(source).toBe(`/aws/lambda/${FUNCTION}`);
      const text = asked.replaceAll(/"[^"]*"/g, "");
      const named = [...text.matchAll(/\bas (\w+)/g)].map(([, name]) => name);
      const known = [...words, ...parts, ...named, ...Object.keys(RECORD_FIELDS), ...Object.keys(METRICS)];
      expect([...text.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word).filter((word) => !known.includes(word))).toEqual(
        [],
      );
    }
  });
});

describe("the text of a template's value", () => {
  const text = (value: TemplateValue): unknown => JSON.parse(resolveTemplate(jsonText(value), CLINIC) as string);

  test("is JSON again once references are filled in", () => {
    const plain = { list: [1, true, null, 'a "b"\n', {}, []], none: {} };
    expect(text(plain)).toEqual(plain);
    expect(text({ pool: { Ref: "UserPool" }, key: { "Fn::GetAtt": ["CareApiKey", "Arn"] } })).toEqual({
      pool: CLINIC.refs["UserPool"],
      key: CLINIC.attributes?.["CareApiKey"]?.["Arn"],
    });
    expect(text({ "Fn::Join": ["", ['a "', { Ref: "UserPool" }, '"\nb']] })).toBe(`a "${CLINIC.refs["UserPool"]}"\nb`);
  });

  test("holds no other join", () => {
    expect(() => jsonText({ "Fn::Join": ["-", ["a"]] })).toThrow(
      new TypeError("a join with a separator is not known here"),
    );
  });
});
