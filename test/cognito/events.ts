import { readdirSync, readFileSync } from "node:fs";
import type { JsonValue } from "../../cognito/json.ts";
import type { GroupChange, SafeClaims } from "../../cognito/safe-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";

const folder = new URL("../events/", import.meta.url);

/** Every trigger event of the collection, by file name without `.json`. */
export const eventNames: readonly string[] = readdirSync(folder)
  .filter((file) => /^v[123]\..*\.json$/.test(file))
  .map((file) => file.replace(/\.json$/, ""))
  .toSorted();

/** A fresh copy of one event of the collection. */
export function sample(name: string): TriggerEvent {
  return sampleAs<TriggerEvent>(name);
}

/** A fresh copy of any file of the collection. */
export function sampleAs<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as T;
}

/** The pool version an event's file is named after. */
export function poolVersionOf(name: string): "V1" | "V2" | "V3" {
  return name.slice(0, 2).toUpperCase() as "V1" | "V2" | "V3";
}

/** An event with another request, part by part. */
export function withRequest(event: TriggerEvent, request: { readonly [name: string]: unknown }): TriggerEvent {
  return { ...event, request: { ...event.request, ...request } };
}

type Change = { readonly add?: { readonly [name: string]: JsonValue }; readonly suppress?: readonly string[] };

/** Stands in for what the protection makes: tests of this room have nothing to protect. */
export function safeClaims(parts: {
  readonly id?: Change | null;
  readonly access?:
    | (Change & { readonly scopesToAdd?: readonly string[]; readonly scopesToSuppress?: readonly string[] })
    | null;
  readonly groups?: GroupChange;
}): SafeClaims {
  const change = ({ add = {}, suppress = [] }: Change) => ({ add: new Map(Object.entries(add)), suppress });
  const { id = {}, access = {}, groups = "leave" } = parts;
  return {
    id: id && change(id),
    access: access && {
      ...change(access),
      scopesToAdd: access.scopesToAdd ?? [],
      scopesToSuppress: access.scopesToSuppress ?? [],
    },
    groups,
  } as SafeClaims;
}
