import type { Faults, Start, Texts } from "../../local/playground/messages.ts";
import { textsOf } from "./example-texts.ts";
import { holdsRealToken } from "./real-token.ts";

/** What a link says: where one started, and the texts that are no longer as they were there. */
export type Link = {
  readonly example: string;
  readonly situation: number | null;
  readonly faults: Faults;
} & Partial<Texts>;

/** What of a page a link is made of. */
type Linked = {
  readonly start: Start | null;
  readonly example: string;
  readonly situation: number | null;
  readonly texts: Texts;
  readonly faults: Faults;
};

const NAMES = ["map", "event", "rows", "setting"] as const;

/** The link to what is in the editors; null where one of them holds a real token, which is for nobody else. */
export function linkOf({ start, example, situation, texts, faults }: Linked): Link | null {
  if (NAMES.some((name) => holdsRealToken(texts[name]))) return null;
  const untouched = start === null ? undefined : textsOf(start, example, situation ?? 0);
  const edited = NAMES.filter((name) => texts[name] !== untouched?.[name]);
  return { example, situation, faults, ...Object.fromEntries(edited.map((name) => [name, texts[name]])) };
}

/** A link as it was unpacked, if it is one: every part of the form it has here, and an example that is there. */
export function readLink(read: unknown, { examples }: Start): Link | null {
  if (typeof read !== "object" || read === null) return null;
  const { example, situation, faults, ...rest } = read as Readonly<Record<string, unknown>>;
  if (typeof example !== "string") return null;
  const known = examples.find(({ name }) => name === example);
  const texts = NAMES.flatMap((name) => (typeof rest[name] === "string" ? [[name, rest[name]] as const] : []));
  if (known === undefined && texts.length < NAMES.length) return null;
  const isSituation = typeof situation === "number" && known?.situations[situation] !== undefined;
  if (!isSituation && situation !== null) return null;
  return {
    example,
    situation: isSituation ? situation : null,
    faults: readFaults(faults),
    ...Object.fromEntries(texts),
  };
}

function readFaults(read: unknown): Faults {
  if (typeof read !== "object" || read === null) return {};
  return Object.fromEntries(
    Object.entries(read).filter((each): each is [string, string] => typeof each[1] === "string"),
  );
}
