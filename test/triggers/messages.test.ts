import { expect, test } from "vitest";
import type { PlanMessages } from "../../claims/plan.ts";
import { ownMessages } from "../../triggers/messages.ts";
import { Refusal, type RefusalCode } from "../../triggers/refusal.ts";
import { aSubject } from "../claims/a-plan.ts";

const catalogue: PlanMessages = {
  fallback: "en",
  languageFrom: ["client.metadata.lang", "user.locale"],
  texts: {
    en: { SOURCE_UNAVAILABLE: "We are having trouble. Please try again", "*": "Ask the help desk, extension 7" },
    de: { SOURCE_UNAVAILABLE: "Bitte versuchen Sie es noch einmal" },
    "pt-br": { MAP_SUSPENDED: "Sua conta foi suspensa" },
  },
};

const told = (code: RefusalCode, subject = aSubject(), texts: PlanMessages | undefined = catalogue): string =>
  ownMessages(texts)(new Refusal(code, "staff"), subject).message;

const speaking = (locale: string, lang?: string) =>
  aSubject({
    attributes: new Map([["locale", locale]]),
    metadata: new Map(lang === undefined ? [] : [["lang", lang]]),
  });

test("without a catalogue a refusal stays as it is", () => {
  const refusal = new Refusal("SOURCE_UNAVAILABLE", "staff");
  expect(ownMessages(undefined)(refusal, aSubject())).toBe(refusal);
});

test("the owner's text takes the place of ours, and code and detail stay", () => {
  const refusal = ownMessages(catalogue)(new Refusal("SOURCE_UNAVAILABLE", "staff"), aSubject());
  expect(refusal).toMatchObject({
    name: "Refusal",
    code: "SOURCE_UNAVAILABLE",
    detail: "staff",
    message: "We are having trouble. Please try again (SOURCE_UNAVAILABLE)",
  });
});

test.for<readonly [string, RefusalCode, ReturnType<typeof aSubject> | null, string]>([
  [
    "a code with no text of its own has the one for all others",
    "DEADLINE",
    aSubject(),
    "Ask the help desk, extension 7 (DEADLINE)",
  ],
  [
    "the person's locale chooses",
    "SOURCE_UNAVAILABLE",
    speaking("de"),
    "Bitte versuchen Sie es noch einmal (SOURCE_UNAVAILABLE)",
  ],
  [
    "its first part is enough",
    "SOURCE_UNAVAILABLE",
    speaking("de-AT"),
    "Bitte versuchen Sie es noch einmal (SOURCE_UNAVAILABLE)",
  ],
  ["case does not matter", "MAP_SUSPENDED", speaking("pt_BR", "PT-BR"), "Sua conta foi suspensa (MAP_SUSPENDED)"],
  [
    "what comes first in the catalogue wins",
    "SOURCE_UNAVAILABLE",
    speaking("de", "en"),
    "We are having trouble. Please try again (SOURCE_UNAVAILABLE)",
  ],
  [
    "a language there is none of is passed over",
    "SOURCE_UNAVAILABLE",
    speaking("de", "fr"),
    "Bitte versuchen Sie es noch einmal (SOURCE_UNAVAILABLE)",
  ],
  [
    "a code the language lacks is told in the fallback",
    "DEADLINE",
    speaking("de"),
    "Ask the help desk, extension 7 (DEADLINE)",
  ],
  [
    "nobody known reads the fallback",
    "SOURCE_UNAVAILABLE",
    null,
    "We are having trouble. Please try again (SOURCE_UNAVAILABLE)",
  ],
  [
    "a name every object has is no language",
    "SOURCE_UNAVAILABLE",
    speaking("constructor", "__proto__"),
    "We are having trouble. Please try again (SOURCE_UNAVAILABLE)",
  ],
])("%s", ([, code, subject, message]) => {
  expect(ownMessages(catalogue)(new Refusal(code), subject).message).toBe(message);
});

test("a code that nobody wrote a text for keeps ours", () => {
  const sparse: PlanMessages = { fallback: "de", languageFrom: [], texts: { de: { MAP_GONE: "Gesperrt" } } };
  expect(told("DEADLINE", aSubject(), sparse)).toBe(
    "Sign-in is not possible right now. Please try again later (DEADLINE)",
  );
});
