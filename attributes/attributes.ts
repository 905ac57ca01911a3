import { attributeStore } from "../aws/attribute-store.ts";
import { attributeStoreClient } from "../aws/attribute-store-client.ts";
import type { DynamoSend } from "../aws/dynamo-item.ts";
import { perRegion } from "../aws/per-region.ts";
import { planDigest } from "../claims/digest.ts";
import type { Declaration, Plan } from "../claims/plan.ts";
import type { ValueProblem } from "./attributes-error.ts";
import { valueProblems } from "./check-values.ts";
import { type EraseOptions, eraseSubject, type Receipt } from "./erase-subject.ts";
import { type ListedRows, type ListOptions, listRows } from "./list-rows.ts";
import { checkPut, type Put, placeOfPut, writeRow } from "./put-row.ts";
import { type ReadRow, readRows } from "./read-rows.ts";
import { registryOf, tableSource } from "./registry.ts";
import type { RowSubject } from "./row-subject.ts";
import { exportSubject, type SubjectExport } from "./subject-export.ts";
import { keyedBy } from "./walk-subject.ts";

export type { Declaration, Plan } from "../claims/plan.ts";
export { type AttributesCode, AttributesError, isAttributesError, type ValueProblem } from "./attributes-error.ts";
export type { EraseOptions, Interrupted, Receipt } from "./erase-subject.ts";
export type { ListedRows, ListOptions } from "./list-rows.ts";
export type { Put } from "./put-row.ts";
export type { ReadRow } from "./read-rows.ts";
export type { AttributeState, StoredAttribute } from "./row-state.ts";
export type { Expected } from "./row-store.ts";
export type { RowSubject } from "./row-subject.ts";
export type { SubjectExport } from "./subject-export.ts";

export type AttributesOptions = {
  /** What `claimseal build` wrote to `plan.json`, parsed. */
  readonly plan: Plan;
  /** Values for the map's `${env:NAME}` in tables and regions; `process.env` where it is not given. */
  readonly environment?: { readonly [name: string]: string | undefined };
  /** A DynamoDB client for a region, `undefined` being the process's own; ours where it is not given. */
  readonly clientFor?: (region: string | undefined) => DynamoSend;
};

/** A source of the map that is a table, for the form of a screen. */
export type DescribedSource = {
  /** What has to be said of a subject, as the map writes it: `user.sub`. */
  readonly keyedBy: readonly string[];
  /** Whether a subject may have several rows. */
  readonly hasSeveral: boolean;
  readonly attributes: { readonly [name: string]: Declaration };
};

/**
 * The rows a claim map reads, for administration: nothing can be written that a sign-in would find invalid.
 *
 * Everything rejects with an `AttributesError`, whose `code` is to be switched on and whose text holds no value. Who may
 * do what is for the screen to say, and for the IAM role it runs under.
 */
export type Attributes = {
  readonly source: (name: string) => DescribedSource;
  /** What is wrong with values, before anything is sent; nothing for an empty list. */
  readonly check: (source: string, values: Put["values"]) => readonly ValueProblem[];
  /** Writes the attributes it names, and gives the row's new version. */
  readonly put: (put: Put) => Promise<number>;
  /** A subject's rows of a source, with values. */
  readonly get: (source: string, subject: RowSubject) => Promise<readonly ReadRow[]>;
  readonly list: (source: string, options?: ListOptions) => Promise<ListedRows>;
  /** Everything the map can read of a subject. */
  readonly export: (subject: RowSubject) => Promise<SubjectExport>;
  /** Erases it, and gives the receipt. */
  readonly erase: (subject: RowSubject, options?: EraseOptions) => Promise<Receipt>;
};

/**
 * Opens the tables of a plan.
 *
 * ```ts
 * const attributes = createAttributes({ plan });
 * await attributes.put({ source: "staff", subject: { sub }, values: { profession: "nurse" }, expect: version });
 * ```
 *
 * @throws {ClaimsError} `ENV_MISSING` naming every variable of the map's tables that is not set.
 */
export function createAttributes(
  { plan, environment = process.env, clientFor = perRegion(attributeStoreClient) }: AttributesOptions,
  now: () => Date = () => new Date(),
): Attributes {
  const planSha256 = planDigest(plan);
  const registry = registryOf(plan, environment, attributeStore(clientFor), now);
  return {
    source: (name) => {
      const { kind, attributes } = tableSource(registry.plan, name);
      return { keyedBy: keyedBy(registry.plan, name), hasSeveral: kind === "query", attributes };
    },
    check: (source, values) =>
      valueProblems(source, tableSource(registry.plan, source), {}, values, [], registry.tools.covers),
    put: async (put) => writeRow(registry.store, checkPut(registry, put, await placeOfPut(registry, put))),
    get: (source, subject) => readRows(registry, source, subject),
    list: (source, options) => listRows(registry, source, options),
    export: (subject) => exportSubject(registry, subject, now),
    erase: (subject, options = {}) => eraseSubject(registry, planSha256, subject, options, now),
  };
}
