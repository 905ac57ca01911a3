import type { Canary } from "./canaries.ts";
import { type Form, formsOf } from "./encodings.ts";

/** A place from which something leaves, and what left there. */
export type Sink = {
  readonly place: string;
  readonly content: string | Uint8Array;
  /** Places whose canaries belong here. */
  readonly allowed?: ReadonlySet<string>;
};

/** A canary where it does not belong. */
export type Hit = { readonly sink: string; readonly canary: string; readonly encoding: string };

/** Finds canaries in sinks: each canary once per sink, in the first of its forms that is there. */
export type Scan = (canaries: readonly Canary[], sinks: readonly Sink[]) => readonly Hit[];

type Needle = { readonly canary: Canary; readonly forms: readonly Form[] };
type Searched = { readonly sink: Sink; readonly text: string };
/** A form that the filter knows something of, and where. */
type Suspect = { readonly canary: Canary; readonly form: Form; readonly places: readonly number[] };

/** Characters that are looked up at once; no window is shorter. */
const GRAM = 6;
/** Bits of the filter: 64 KiB, which a processor keeps at hand. */
const BITS = 2 ** 19;
const NONE: readonly number[] = [];

/**
 * Makes a scanner. Every six characters in a row of every sink go into one set, filled anew for each event, and forms
 * are looked up in it. Not every place of a form needs to be: a window of eight holds three times six in a row, so that
 * every third place of such a form is enough, and every eleventh where a window is sixteen. The set is a Bloom filter,
 * so it knows too much now and then and never too little; what it knows is then compared as text.
 */
export function createScanner(): Scan {
  const filter = new Uint32Array(BITS / 32);

  return (canaries, sinks) => {
    const needles = canaries.map((canary) => ({ canary, forms: formsOf(canary.value, canary.shape) }));
    const searched = sinks.map((sink) => ({ sink, text: textOf(sink, needles) }));
    filter.fill(0);
    for (const { text } of searched) addGrams(filter, text);
    const suspects: Suspect[] = [];
    for (const { canary, forms } of needles) {
      for (const form of forms) {
        const places = knownPlaces(filter, form);
        if (places.length > 0) suspects.push({ canary, form, places });
      }
    }
    return searched.flatMap((each) => hitsIn(each, suspects));
  };
}

function hitsIn({ sink: { place, allowed }, text }: Searched, suspects: readonly Suspect[]): readonly Hit[] {
  const found = new Map<Canary, Hit>();
  for (const { canary, form, places } of suspects) {
    if (found.has(canary) || allowed?.has(canary.place)) continue;
    if (!places.some((at) => holdsWindow(text, form, at))) continue;
    found.set(canary, { sink: place, canary: canary.place, encoding: form.encoding });
  }
  return [...found.values()];
}

/** Whether a text holds a window of a form that goes over the characters `at` one of its places. */
function holdsWindow(text: string, { text: written, window }: Form, at: number): boolean {
  const gram = written.slice(at, at + GRAM);
  for (let found = text.indexOf(gram); found !== -1; found = text.indexOf(gram, found + 1)) {
    let [before, after] = [0, GRAM];
    while (before < Math.min(at, found) && written[at - before - 1] === text[found - before - 1]) before += 1;
    while (at + after < written.length && written[at + after] === text[found + after]) after += 1;
    if (before + after >= window) return true;
  }
  return false;
}

/** What is searched: what belongs into a sink is taken out where it stands as it is, so that few forms are suspects. */
function textOf({ content, allowed }: Sink, needles: readonly Needle[]): string {
  let text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  if (allowed === undefined) return text;
  for (const { canary, forms } of needles) {
    if (!allowed.has(canary.place)) continue;
    for (const { encoding, text: written } of forms) {
      if (encoding === "raw" || encoding === "JSON-escaped") text = text.replaceAll(written, " ");
    }
  }
  return text;
}

function addGrams(filter: Uint32Array, text: string): void {
  for (let from = 0; from + GRAM <= text.length; from += 1) {
    for (let bit = firstBit(text, from), turn = 0; turn < 3; turn += 1, bit = nextBit(bit)) {
      const word = bit >>> 18;
      filter[word] = (filter[word] as number) | (1 << ((bit >>> 13) & 31));
    }
  }
}

/** Where a form has characters that the filter knows, of those places that are in one window each. */
function knownPlaces(filter: Uint32Array, { text, window }: Form): readonly number[] {
  let places: number[] | undefined;
  const step = window - GRAM + 1;
  // The first window starts at 0 and holds the place `step - 1`; from there on each holds one of these places.
  for (let from = step - 1; from + GRAM <= text.length; from += step) {
    let bit = firstBit(text, from);
    for (let turn = 0; ; turn += 1, bit = nextBit(bit)) {
      if (((filter[bit >>> 18] as number) & (1 << ((bit >>> 13) & 31))) === 0) break;
      if (turn < 2) continue;
      places ??= [];
      places.push(from);
      break;
    }
  }
  return places ?? NONE;
}

/** A hash of six characters; its upper 19 bits say which bit of the filter is meant. */
function firstBit(text: string, from: number): number {
  let hash = 0;
  for (let at = from; at < from + GRAM; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 0;
}

function nextBit(bit: number): number {
  return Math.imul(bit ^ (bit >>> 16), 0x85ebca6b) >>> 0;
}
