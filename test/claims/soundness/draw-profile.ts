import type { Class } from "../../../claims/plan.ts";
import { isAtMost, isTrusted } from "./draw-declarations.ts";
import { type Drawing, type Image, wordsFor } from "./drawing.ts";
import { drawAsking, drawCondition, drawList, drawText, drawValue, type Readable } from "./expressions.ts";

export type Grants = "user" | "client_credentials";

/** A profile's own parts, alone and with what only profiles have. */
export type DrawnProfile = {
  readonly claims: { readonly [name: string]: object };
  readonly scopes: readonly object[];
  readonly whole: object;
};

const SCOPES = ["care/read", "care/write", "lab/read", "lab/write"] as const;
const SIGNED = { reason: "it was decided", approvedBy: "dpo@example.eu" };

/** Draws a profile, and beside what it draws claims that inform of these texts. */
export function drawProfile(
  drawing: Drawing,
  grants: readonly Grants[],
  name: string,
  long: readonly string[] = [],
): DrawnProfile {
  const { random, events } = drawing;
  const isMachine = grants.includes("client_credentials");
  const isV1 = events === "V1";
  const prefix = name.slice(0, 1);
  const count = 1 + random.int(4);
  const claims = Object.fromEntries([
    ...Array.from({ length: count }, (_, index) => [`${prefix}${index}`, drawClaim(drawing, grants)] as const),
    ...long.map((value, index) => [`long${index}`, { value, to: ["access", "id"], effect: "informs" }] as const),
  ]);
  const scopes = isV1
    ? []
    : [
        ...(random.chance(0.7) ? [{ add: [random.pick(SCOPES)] }] : []),
        ...Array.from({ length: random.int(3) }, () => drawRule(drawing, isMachine)),
      ];
  const refuse = Array.from({ length: Number(random.chance(0.3)) }, () => ({
    when: drawCondition(wordsFor(drawing, random.pick(["open", "pii", "sensitive"]), "idp", "refuse", { isMachine })),
    code: "RULE",
  }));
  return {
    claims,
    scopes,
    whole: {
      ...(grants.includes("user") && drawUserParts(drawing, isV1)),
      ...(refuse.length > 0 && { refuse }),
      claims,
      ...(scopes.length > 0 && { scopes }),
    },
  };
}

function drawUserParts(drawing: Drawing, isV1: boolean): object {
  const { random, declared } = drawing;
  const names = declared.readables.flatMap(({ text, class: level }) =>
    text.startsWith("user.") &&
    !["user.sub", "user.groups"].includes(text) &&
    (level !== "sensitive" || random.chance(0.02))
      ? [text.slice("user.".length)]
      : [],
  );
  const secrets = declared.places.flatMap(({ name, class: level }) =>
    name.startsWith("user.") && name !== "user.groups" && level === "sensitive" ? [name.slice("user.".length)] : [],
  );
  const idToken =
    secrets.length > 0 && random.chance(0.3)
      ? { drop: secrets, reason: "a test" }
      : secrets.length === 0 && random.chance(0.2)
        ? { unchanged: { reason: "a test" } }
        : { keep: random.some(names, 0.5) };
  return {
    idToken,
    groups: drawGroups(drawing, isV1),
    ...(!isV1 && { selfServiceScopes: random.chance(0.8) ? "strip" : { keep: SIGNED } }),
  };
}

function drawGroups(drawing: Drawing, isV1: boolean): unknown {
  const { random, declared } = drawing;
  const level = declared.places.find(({ name }) => name === "user.groups")?.class ?? "pii";
  const access = !isV1 && level === "open" && random.chance(0.6) ? "keep" : "strip";
  const id = (level === "sensitive" && random.chance(0.98)) || random.chance(0.4) ? "strip" : "keep";
  if (isV1 || (access === "strip" && id === "strip")) return random.chance(0.9) || !isV1 ? "strip" : "keep";
  const words = wordsFor(drawing, access === "keep" ? "open" : "pii", "idp", "groups");
  return {
    access,
    id,
    ...(random.chance(0.6) && { filter: random.chance(0.15) ? "native" : drawList(words) }),
  };
}

function drawRule(drawing: Drawing, isMachine: boolean): object {
  const { random } = drawing;
  const scope = random.pick(SCOPES);
  const kind = random.pick(["add", "add", "add", "remove", "only"] as const);
  const words = wordsFor(drawing, "open", "idp", "rule", { isMachine });
  const kept = wordsFor(drawing, "open", "idp", "only", { isMachine });
  const when = random.chance(0.8)
    ? { when: kind === "add" && random.chance(0.4) ? drawAsking(words, SCOPES) : drawCondition(words) }
    : {};
  switch (kind) {
    case "add":
      return { add: [scope], ...when };
    case "remove":
      return { remove: [scope], ...when };
    case "only":
      return { only: random.chance(0.5) ? `['${scope}', ${drawText(kept)}]` : drawList(kept), ...when };
  }
}

function drawClaim(drawing: Drawing, grants: readonly Grants[]): object {
  const { random, events, isDropping } = drawing;
  const isMachine = grants.includes("client_credentials");
  const isForPeople = !isMachine;
  const reach = random.pick(
    events === "V1"
      ? (["id"] as const)
      : isForPeople
        ? (["access", "access", "access", "id", "both", "sealed", "sealed", "sealed and id"] as const)
        : (["access", "access", "sealed"] as const),
  );
  const to: readonly string[] = REACHES[reach];
  const isClear = to.includes("access");
  const most: Class = isClear ? "open" : to.includes("id") ? "pii" : "sensitive";
  const effect = random.pick(["grants", "grants", "restricts", "informs", "informs"] as const);
  const isSealed = reach.startsWith("sealed");
  const least = effect === "informs" ? "caller" : "idp";
  const words = wordsFor(drawing, most, least, "value", {
    isMachine,
    isBounded: isSealed && (isDropping || random.chance(0.8)),
  });
  const deciding = wordsFor(drawing, most, least, "when", { isMachine });
  const signed =
    isClear && random.chance(0.35) ? drawDeclassified(drawing, isMachine, effect === "informs") : undefined;
  const endorsed =
    signed === undefined && effect !== "informs" && random.chance(0.08) ? drawEndorsed(drawing, most) : undefined;
  const isText = events === "V1" || (effect === "restricts" && random.chance(0.5));
  const value = signed?.value ?? endorsed?.value ?? (isText ? drawText(words) : drawValue(words));
  const isAsked = effect === "grants" && events !== "V1" && random.chance(0.3);
  const when = random.chance(0.5) ? { when: isAsked ? drawAsking(deciding, SCOPES) : drawCondition(deciding) } : {};
  const required = random.chance(0.15);
  return {
    value,
    ...when,
    ...(to.length > 0 && { to }),
    ...(isSealed && { sealFor: random.chance(0.3) ? ["care", "lab"] : [random.pick(["care", "lab"] as const)] }),
    effect,
    ...(required && { required }),
    ...(effect === "restricts" && isText && !required && random.chance(0.6) && { otherwise: "none" }),
    ...(signed && { declassify: signed.declassify }),
    ...(endorsed && { endorse: endorsed.endorse }),
  };
}

const REACHES = {
  access: ["access"],
  id: ["id"],
  both: ["access", "id"],
  sealed: [],
  "sealed and id": ["id"],
} as const;

/** Functions a value may be declassified through, and what each leaves of it. */
const THROUGH: readonly (readonly [name: string, write: (text: string) => string, image: Image])[] = [
  [
    "domain",
    (text) => `domain(${text})`,
    (text) => (/^[^@]+@[^@]+$/.test(text) ? text.slice(text.indexOf("@")) : null),
  ],
  ["last", (text) => `last(${text}, 1)`, (text) => text.slice(-1)],
  ["startsWith", (text) => `${text}.startsWith('a')`, (text) => text.startsWith("a")],
  ["size", (text) => `size(${text})`, (text) => text.length],
  [
    "map",
    (text) => `{'a': 'one', 'b': 'one', '': 'two'}[${text}]`,
    (text) => ["one", "one", "two"][["a", "b", ""].indexOf(text)],
  ],
  ["map", (text) => `${text} in ['a', 'b']`, (text) => text === "a" || text === "b"],
  ["age", (text) => `age(${text})`, (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? text.slice(0, 4) : null)],
  ["matches", (text) => `matches(${text}, '@')`, (text) => text.includes("@")],
  ["pseudonym", (text) => `pseudonym(${text})`, (text) => text.length % 3],
];

/** A claim whose value is declassified: mostly as it was approved, now and then with something more of it. */
function drawDeclassified(drawing: Drawing, isMachine: boolean, mayBeUntrusted: boolean) {
  const { random, declared, declassified } = drawing;
  const usable = declared.readables.filter(
    ({ kind, class: level, rows, trust, isPersonal, text }) =>
      kind === "string" &&
      rows === undefined &&
      level === "pii" &&
      (mayBeUntrusted || isTrusted(trust, "idp")) &&
      !(isMachine && isPersonal) &&
      declared.places.some(({ name }) => name === text),
  );
  if (usable.length === 0) return undefined;
  const of = random.pick(usable).text;
  const [through, write, image] = random.pick(THROUGH);
  const words = wordsFor(drawing, "open", mayBeUntrusted ? "caller" : "idp", "value", { isMachine, depth: 1 });
  const plain = write(of);
  const other = usable.find(({ text }) => text !== of)?.text ?? of;
  const isMore = through !== "pseudonym" && random.chance(0.1);
  const value =
    drawing.leaksAt === "declassify" && random.chance(0.7)
      ? random.pick([`[${plain} == ${plain} ? ${of} : '']`, `[${plain}, ${write(other)}]`, `${of}.trim()`])
      : isMore
        ? write(`(${of} + ${drawText(words)})`)
        : random.pick([plain, plain, plain, `(${drawCondition(words)} ? [${plain}] : [])`]);
  declassified.push({ place: of, image: isMore ? null : image });
  return { value, declassify: { of: [of], through, to: "open", ...SIGNED } };
}

/** A claim that reads something untrusted, and somebody vouches for it. */
function drawEndorsed(drawing: Drawing, most: Class) {
  const { random, declared, endorsed } = drawing;
  const usable = declared.readables.filter(
    ({ kind, rows, class: level, trust, text }: Readable) =>
      kind === "string" && rows === undefined && isAtMost(level, most) && trust === "user" && text.startsWith("user."),
  );
  if (usable.length === 0) return undefined;
  const of = random.pick(usable).text;
  endorsed.add(of);
  return { value: of, endorse: { of: [of], ...SIGNED } };
}
