import type { Plan, PlanMessages } from "../claims/plan.ts";
import { UNSEEN_IN_NAMES } from "../claims/text/unseen.ts";
import { REFUSAL_TEXTS } from "../triggers/refusal.ts";
import { readJson } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";

/** A language tag in lower case, as `ownMessages` looks it up. */
const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/;

const LANGUAGE_PLACE = /^(?:user\.locale|client\.metadata\.[^\s]{1,256})$/;

/** Cognito shows a text in one line of its page, and puts it into a redirect's address. */
const LONGEST_TEXT = 200;

const MEMBERS = ["version", "fallback", "languageFrom", "texts"];

/**
 * The owner's own texts for refusals, as they become part of the plan.
 *
 * @throws {CliError} naming the file and everything that is wrong with it, by place; texts are not repeated.
 */
export async function readMessages(plan: Plan, file: string, io: Io): Promise<PlanMessages> {
  const written = await readJson(file, io);
  const problems = isRecord(written) ? problemsOf(written, plan) : ["expected an object"];
  if (problems.length > 0) throw new CliError(EXIT.findings, problems.map((each) => `${file}: ${each}`).join("\n"));
  const { fallback, languageFrom = [], texts } = written as Written;
  return { fallback, languageFrom, texts };
}

/** A file without problems. */
type Written = Omit<PlanMessages, "languageFrom"> & Partial<PlanMessages>;

type Fields = { readonly [name: string]: unknown };

function problemsOf({ version, fallback, languageFrom = [], texts, ...others }: Fields, plan: Plan): string[] {
  const languages = isRecord(texts) ? Object.keys(texts) : [];
  return [
    ...Object.keys(others).map((name) => `no member ${quoted(name)}; it has ${MEMBERS.join(", ")}`),
    ...(version === 1 ? [] : ["version: expected 1"]),
    ...(typeof fallback === "string" && languages.includes(fallback)
      ? []
      : ["fallback: expected one of the languages of `texts`"]),
    ...(Array.isArray(languageFrom) &&
    languageFrom.every((place) => typeof place === "string" && LANGUAGE_PLACE.test(place))
      ? []
      : ["languageFrom: expected a list of `user.locale` and `client.metadata.NAME`"]),
    ...(isRecord(texts)
      ? Object.entries(texts).flatMap(([language, of]) => languageProblems(language, of, codesOf(plan)))
      : ['texts: expected texts by language, such as { "en": { "SOURCE_UNAVAILABLE": "…" } }']),
  ];
}

function languageProblems(language: string, texts: unknown, codes: readonly string[]): string[] {
  const place = `texts.${quoted(language)}`;
  if (!LANGUAGE.test(language)) return [`${place}: expected a language tag in lower case, such as \`de\` or \`pt-br\``];
  if (!isRecord(texts)) return [`${place}: expected texts by refusal code`];
  return Object.entries(texts).flatMap(([code, text]) => [
    ...(codes.includes(code) ? [] : [`${place}.${quoted(code)}: no refusal has this code`]),
    ...textProblems(text).map((problem) => `${place}.${quoted(code)}: ${problem}`),
  ]);
}

/** What people read is fixed: nothing is filled in, and nothing that is not seen stands in it. */
function textProblems(text: unknown): string[] {
  if (typeof text !== "string" || text.trim() === "") return ["expected a text"];
  return [
    ...(text.length > LONGEST_TEXT ? [`expected at most ${LONGEST_TEXT} characters`] : []),
    ...(UNSEEN_IN_NAMES.test(text) ? ["a line end, or a character that nobody sees"] : []),
    ...(/[{}]/.test(text) ? ["braces: nothing is filled in, a text is the same for everybody"] : []),
    ...(text.endsWith(".") ? ["ends with a full stop, and Cognito adds one"] : []),
  ];
}

/** Every code this plan can refuse with; `*` is all that have no text of their own. */
function codesOf({ profiles }: Plan): readonly string[] {
  const own = profiles.flatMap(({ refuse }) => refuse.map(({ code }) => `MAP_${code}`));
  return ["*", ...Object.keys(REFUSAL_TEXTS), ...own];
}

/** What a file says, as a message may repeat it: names only, of the form that names have. */
function quoted(name: string): string {
  return /^[A-Za-z0-9_*-]{1,64}$/.test(name) ? name : "(a name of another form)";
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
