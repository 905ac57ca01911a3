import type { TemplateValue } from "./policy-document.ts";

/** A widget without its place: its type, how many of 24 columns it takes, and what it shows. */
export type Widget = {
  readonly type: "alarm" | "log" | "metric" | "text";
  readonly width: number;
  readonly properties: { readonly [property: string]: TemplateValue };
};

/** A row of widgets, and how high it is. */
export type Row = { readonly height: number; readonly widgets: readonly Widget[] };

const REGION: TemplateValue = { Ref: "AWS::Region" };

/** A line of a graph: namespace, name and dimensions in turn, and how it is drawn. */
export type Line = readonly TemplateValue[];

/** A graph of metrics, a minute a point. */
export function graph(title: string, width: number, lines: readonly Line[], stat: string = "Sum"): Widget {
  return {
    type: "metric",
    width,
    properties: { title, view: "timeSeries", region: REGION, stat, period: 60, metrics: lines },
  };
}

/** What CloudWatch Logs Insights answers to a query. */
export function answer(
  title: string,
  width: number,
  view: "table" | "timeSeries",
  logGroupName: TemplateValue,
  query: readonly string[],
): Widget {
  const asked = { "Fn::Join": ["", ["SOURCE '", logGroupName, `' | ${query.join("\n| ")}`]] };
  return { type: "log", width, properties: { title, view, region: REGION, query: asked } };
}

/** Widgets in their places: rows under each other, each row from left to right. */
export function placed(rows: readonly Row[]): readonly TemplateValue[] {
  let y = 0;
  return rows.flatMap(({ height, widgets }) => {
    let x = 0;
    const row = widgets.map((widget) => {
      const at = { ...widget, x, y, height };
      x += widget.width;
      return at;
    });
    y += height;
    return row;
  });
}
