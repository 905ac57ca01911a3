/**
 * What a claim map looks like, as data: one description that the reader walks, that findings quote, and that a JSON
 * Schema can be generated from.
 */

/** The form of a text: a pattern for machines, words and an example for people. */
export type Form = {
  readonly pattern: RegExp;
  /** With its article: `an AWS region`. */
  readonly is: string;
  readonly example: string;
  /** What it may be made of, where the example does not say. */
  readonly made?: string;
  /** What is most likely missing in front of a text that has not the form. */
  readonly prefix?: string;
};

export type Text = {
  readonly kind: "text";
  readonly form?: Form;
  /**
   * - `infrastructure` may be `${env:NAME}`, filled in when the trigger starts.
   * - `expression` is CEL, `template` a key with references in braces.
   */
  readonly as?: "infrastructure" | "expression" | "template";
  /** It may hold `{partition.NAME}`. */
  readonly isPartitioned?: true;
  /** A template for what keys begin with. */
  readonly isBeginning?: true;
};

export type List = { readonly kind: "list"; readonly of: Kind; readonly least?: number };

export type Choice = { readonly kind: "choice"; readonly of: readonly string[] };

export type Kind =
  | Text
  | Choice
  | { readonly kind: "bool" }
  | { readonly kind: "whole"; readonly least: number; readonly most: number }
  | { readonly kind: "constant"; readonly value: number }
  /** Any JSON but null. */
  | { readonly kind: "literal" }
  /** Any JSON, null and repeated items too: a row of a table, or a claim as a token holds it. */
  | { readonly kind: "json" }
  | List
  | { readonly kind: "record"; readonly record: RecordShape }
  /** Names of the writer's own choice, each with a value of one kind. */
  | {
      readonly kind: "names";
      readonly noun: string;
      readonly of: Kind;
      readonly form?: Form;
      readonly least?: number;
      readonly most?: number;
    }
  /** `choice` is the short way to say it. */
  | {
      readonly kind: "either";
      readonly choice: Choice | Text | List;
      readonly record: RecordShape;
      readonly hint: string;
    };

export type Key = {
  readonly kind: Kind;
  /** One phrase: what the value is. */
  readonly about: string;
  readonly required?: true;
  /** What a key that is not there means. */
  readonly default?: unknown;
  /** What the checks go on with when a mandatory key is missing or wrong; without it the whole record is left out. */
  readonly standIn?: unknown;
};

export type RecordShape = {
  readonly about: string;
  readonly keys: { readonly [name: string]: Key };
  /** Names of the writer's own choice beside the keys; read into `into`. */
  readonly rest?: { readonly into: string; readonly noun: string; readonly of: Kind; readonly form?: Form };
};

/** The shape of a record of type `T`: exactly its keys. */
export type ShapeOf<T> = RecordShape & { readonly keys: { readonly [name in keyof Required<T>]: Key } };

/** The shape of a record of type `T` whose member `R` takes names of the writer's own choice. */
export type ShapeWithRest<T, R extends keyof T & string> = ShapeOf<Omit<T, R>> & {
  readonly rest: NonNullable<RecordShape["rest"]> & { readonly into: R };
};
