import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { bindPlan } from "../../claims/bind.ts";
import { type CheckResult, checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";
import { drawMap } from "./draw-map.ts";
import { type Model, reference } from "./expressions.ts";
import { environmentOf, inlined, type MapDocument, mentions, readablesOf } from "./map-document.ts";
import type { Random } from "./random.ts";

/** A map that passed the check, compiled and bound, and what is expected of it. */
export type World = {
  readonly text: string;
  readonly document: MapDocument;
  /** What expressions should come to, by their text. */
  readonly models: ReadonlyMap<string, Model>;
  readonly environment: { readonly [name: string]: string };
  readonly plan: Plan;
};

/** A world, or why there is none. */
export type DrawnWorld = World | { readonly refused: readonly string[]; readonly text: string };

/** Checks a map as the command line does. */
export function check(text: string): CheckResult {
  return checkClaimMap(text, {
    format: text.startsWith("{") ? "json" : "yaml",
    strict: false,
    envelopeBytes: sealedSize,
  });
}

/** A map as text, in one of the two formats. */
export function writeMap(document: MapDocument, format: "yaml" | "json"): string {
  return format === "json"
    ? JSON.stringify(document, null, 2)
    : stringify(document, {
        lineWidth: 0,
        aliasDuplicateObjects: false,
        defaultStringType: "QUOTE_DOUBLE",
        defaultKeyType: "PLAIN",
      });
}

/** What an expression should come to; undefined where a model as small as these has nothing to say. */
export function modelOf(
  { models, document }: World,
  unsure: ReadonlySet<string>,
  expression: string,
): Model | undefined {
  const whole = inlined(document, expression);
  return [...unsure].some((place) => mentions(whole, place)) ? undefined : models.get(expression);
}

/** A random world. */
export function drawWorld(random: Random): DrawnWorld {
  const { document, models } = drawMap(random);
  return worldOf(writeMap(document, random.pick(["yaml", "json"])), document, models);
}

let shipped: readonly World[] | undefined;

/** The worlds of the maps this project ships; checked once, because many hunts begin with them. */
export function shippedWorlds(): readonly World[] {
  shipped ??= ["clinic-eu", "b2b-saas", "platform-m2m"].map((name) => {
    const text = readFileSync(new URL(`../../mappings/${name}.claims.yaml`, import.meta.url), "utf8");
    const left = { inputs: {}, sources: {}, resourceServers: {} };
    const world = worldOf(text, { ...left, ...(parse(text) as MapDocument) }, new Map());
    if ("refused" in world) throw new Error(`${name} does not pass its own check: ${world.refused.join(", ")}`);
    return world;
  });
  return shipped;
}

function worldOf(text: string, document: MapDocument, drawn: ReadonlyMap<string, Model>): DrawnWorld {
  const { plan, findings } = check(text);
  if (plan === null) {
    return {
      refused: findings.filter(({ level }) => level === "error").map(({ code, message }) => `${code} ${message}`),
      text,
    };
  }
  const environment = environmentOf(text);
  const models = new Map(readablesOf(document).map((each) => [each.printed, reference(each).model]));
  for (const [expression, model] of drawn) models.set(expression, model);
  return { text, document, models, environment, plan: bindPlan(plan, environment) };
}
