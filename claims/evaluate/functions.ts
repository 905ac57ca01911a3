import type { Value } from "../facts.ts";
import type { FunctionName } from "../plan.ts";
import { instant, instantOfSeconds } from "./instant.ts";
import { equal, order } from "./operators.ts";
import { ERROR, FALSE, known, knownInt, type Outcome, ofFact, TRUE } from "./outcome.ts";
import { tokenValue } from "./token-value.ts";
import { spend, spendOn, type Work } from "./work.ts";
import type { World } from "./world.ts";

/** A function of values that are all known, of the types its signature in `language/language.ts` says. */
type Call = (args: readonly Value[], run: { readonly world: World; readonly work: Work }) => Outcome;

/** What each function comes to. The work of going through the arguments once has been counted already. */
export const FUNCTIONS: { readonly [name in FunctionName]: Call } = {
  size: ([of]) => {
    if (typeof of === "string") return known(BigInt(characters(of).length));
    return known(BigInt(of instanceof Map ? of.size : (of as readonly Value[]).length));
  },
  startsWith: ofText((text, start) => text.startsWith(start)),
  endsWith: ofText((text, end) => text.endsWith(end)),
  contains: ofText((text, part) => text.includes(part)),
  lowerAscii: ofText(lowerAscii),
  upperAscii: ofText((text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  trim: ofText((text) => text.trim()),
  split: ([text, separator], { work }) =>
    spend(work, (text as string).length)
      ? known(separator === "" ? characters(text as string) : (text as string).split(separator as string))
      : ERROR,
  // A joined list that cannot be taken apart again could smuggle an item in: no result rather than an ambiguous one.
  join: ([list, separator], { work }) => {
    const [items, between] = [list as readonly string[], separator as string];
    if (between === "" || items.some((each) => each === "" || each.includes(between))) return ERROR;
    return spend(work, (items.length * between.length) >> 4) ? known(items.join(between)) : ERROR;
  },
  domain: ([address]) => domainOf(address as string),
  last: ([text, count]) => ((count as bigint) < 0n ? ERROR : known(lastOf(text as string, count as bigint))),
  age: ([date], { world }) => {
    const now = ofFact(world.look(["now"]));
    return now.known ? wholeYears(date as Date | string, now.value as Date) : now;
  },
  json: ([of]) => {
    const value = tokenValue(of as Value);
    return value === undefined ? ERROR : known(JSON.stringify(value));
  },
  bracketList: ([text]) => bracketList(text as string),
  distinct: ([list], { work }) => distinct(list as readonly Value[], work),
  flatten: ([lists]) => known((lists as readonly (readonly Value[])[]).flat()),
  take: ([list, count]) => ((count as bigint) < 0n ? ERROR : known((list as readonly Value[]).slice(0, Number(count)))),
  sort: ([list], { work }) => sorted(list as readonly Value[], work),
  string: ([of]) => {
    if (of instanceof Date) return known(of.toISOString().replace(".000Z", "Z"));
    return typeof of === "object" || (typeof of === "number" && !Number.isFinite(of)) ? ERROR : known(String(of));
  },
  int: ([of]) => {
    if (of instanceof Date) return known(BigInt(Math.floor(of.getTime() / 1000)));
    if (typeof of === "bigint") return known(of);
    if (typeof of === "number") return Number.isFinite(of) ? knownInt(BigInt(Math.trunc(of))) : ERROR;
    return /^-?\d{1,19}$/.test(of as string) ? knownInt(BigInt(of as string)) : ERROR;
  },
  double: ([of]) => {
    if (typeof of !== "string") return known(Number(of));
    return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(of) && Number.isFinite(Number(of)) ? known(Number(of)) : ERROR;
  },
  bool: ([of]) => {
    if (typeof of === "boolean") return known(of);
    if (["true", "True", "TRUE", "t", "1"].includes(of as string)) return TRUE;
    return ["false", "False", "FALSE", "f", "0"].includes(of as string) ? FALSE : ERROR;
  },
  timestamp: ([of]) => {
    const at = of instanceof Date ? of : typeof of === "bigint" ? instantOfSeconds(Number(of)) : instant(of as string);
    return at === undefined ? ERROR : known(at);
  },
};

/** A function of texts alone. */
function ofText(result: (subject: string, other: string) => Value): Call {
  return ([subject, other = ""]) => known(result(subject as string, other as string));
}

/** Code points: half of one is no character. */
function characters(text: string): readonly string[] {
  return Array.from(text);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * What follows the one `@` of an address that is not inside a quoted local part (RFC 5321 section 4.1.2): an address
 * that two readers could take apart in two ways has no domain.
 */
function domainOf(address: string): Outcome {
  const [, domain] = /^(?:"[^"\\]+"|[^@"\s]+)@([^@"\s]+)$/.exec(address) ?? [];
  return domain === undefined ? ERROR : known(lowerAscii(domain));
}

function lastOf(text: string, count: bigint): string {
  const all = characters(text);
  return count >= BigInt(all.length) ? text : all.slice(all.length - Number(count)).join("");
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Birthdays since `date`, both as days in UTC; somebody born on 29 February grows older on 1 March of other years. A
 * day that is not there, or not yet, is no age.
 */
function wholeYears(date: Date | string, now: Date): Outcome {
  const born = typeof date !== "string" ? date : DAY.test(date) ? instant(`${date}T00:00:00Z`) : undefined;
  if (born === undefined || born.getTime() > now.getTime()) return ERROR;
  const isBefore =
    now.getUTCMonth() < born.getUTCMonth() ||
    (now.getUTCMonth() === born.getUTCMonth() && now.getUTCDate() < born.getUTCDate());
  return known(BigInt(now.getUTCFullYear() - born.getUTCFullYear() - (isBefore ? 1 : 0)));
}

/** `[a, b]` as SAML mappings write lists into one attribute; text without brackets is one item, and blanks are none. */
function bracketList(text: string): Outcome {
  const whole = text.trim();
  if (whole === "") return known([]);
  const [opened, closed] = [whole.startsWith("["), whole.endsWith("]")];
  if (!opened && !closed) return known([whole]);
  if (!opened || !closed) return ERROR;
  const inside = whole.slice(1, -1).trim();
  const items = inside === "" ? [] : inside.split(",").map((item) => item.trim());
  return items.includes("") ? ERROR : known(items);
}

/** Each item once, where it first stood. */
function distinct(list: readonly Value[], work: Work): Outcome {
  const scalars = new Set<Value>();
  const times = new Set<Value>();
  const others: Value[] = [];
  const found: Value[] = [];
  for (const item of list) {
    const scalar = item instanceof Date ? item.getTime() : item;
    if (typeof scalar !== "object") {
      const seen = item instanceof Date ? times : scalars;
      if (seen.has(scalar)) continue;
      seen.add(scalar);
    } else {
      if (!others.every((other) => spendOn(work, other))) return ERROR;
      if (others.some((other) => equal(other, item))) continue;
      others.push(item);
    }
    found.push(item);
  }
  return known(found);
}

/** Scalars in the order `<` has; with a NaN among them there is none. */
function sorted(list: readonly Value[], work: Work): Outcome {
  if (list.some((item) => Number.isNaN(item))) return ERROR;
  if (!spend(work, list.length * Math.ceil(Math.log2(list.length + 1)))) return ERROR;
  return known(list.toSorted((left, right) => order(left, right) ?? 0));
}
