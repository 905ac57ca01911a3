import type { Condition } from "./condition.ts";

type OneOrMany<T> = T | readonly T[];

/** A statement as it is written (IAM User Guide, "IAM JSON policy elements reference"). */
export type PolicyStatement = {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PolicyPrincipal;
  readonly NotPrincipal?: PolicyPrincipal;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: OneOrMany<string | boolean> } };
};

export type PolicyPrincipal = "*" | { readonly [kind: string]: OneOrMany<string> };

/** A policy as it is written, key policy or identity policy. */
export type PolicyDocument = {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
};

/** What an element says: one of these, or (`NotAction` and its like) none of these. */
export type Element = { readonly not: boolean; readonly values: readonly string[] };

/** A statement, checked and with nothing left to decide. */
export type Statement = {
  readonly effect: "Allow" | "Deny";
  /** Of key policies only. `*`, account ids, and ARNs of accounts, roles and sessions; services never are a caller here. */
  readonly principal: Element | null;
  readonly action: Element;
  readonly resource: Element;
  readonly conditions: readonly Condition[];
};

export type Policy = readonly Statement[];
