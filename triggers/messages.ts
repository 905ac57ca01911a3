import type { PlanMessages } from "../claims/plan.ts";
import type { Subject } from "../cognito/subject.ts";
import { Refusal } from "./refusal.ts";

/** Puts the owner's words into a refusal; what there are none for keeps our own. */
export type Messages = (refusal: Refusal, subject: Subject | null) => Refusal;

/**
 * The texts of refusals as a plan has them: by language, then by code, `*` for every other code. The code itself always
 * follows, so that whoever is told can be helped.
 *
 * The language is the first that the catalogue has of what the event asks for, by its whole tag or its first part
 * (`de-AT`, `de`); the text of a code that a language lacks is the fallback language's.
 */
export function ownMessages(catalogue: PlanMessages | undefined): Messages {
  if (catalogue === undefined) return (refusal) => refusal;
  const { fallback, texts } = catalogue;
  return (refusal, subject) => {
    const own = [languageOf(catalogue, subject), fallback].flatMap((language) => {
      const of = Object.hasOwn(texts, language) ? (texts[language] ?? {}) : {};
      return [refusal.code, "*"].flatMap((code) => (Object.hasOwn(of, code) ? [of[code] as string] : []));
    });
    return own[0] === undefined ? refusal : new Refusal(refusal.code, refusal.detail, own[0]);
  };
}

function languageOf({ fallback, languageFrom, texts }: PlanMessages, subject: Subject | null): string {
  for (const place of subject === null ? [] : languageFrom) {
    const tag = askedFor(place, subject as Subject)?.toLowerCase() ?? "";
    for (const language of [tag, tag.split(/[-_]/, 1)[0] ?? ""]) if (Object.hasOwn(texts, language)) return language;
  }
  return fallback;
}

/** What an event says of the language somebody reads. Only whether it names one of the catalogue's is used of it. */
function askedFor(place: PlanMessages["languageFrom"][number], { attributes, metadata }: Subject): string | undefined {
  return place === "user.locale" ? attributes.get("locale") : metadata.get(place.slice("client.metadata.".length));
}
