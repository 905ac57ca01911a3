import type { Expectation, ExpectedClaims } from "../../claims/shape/map-test-shape.ts";
import { code as quoted } from "../../claims/shape/place.ts";
import { sentScopes } from "../../cognito/default-claims.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { tokenBytes } from "../../cognito/token-size.ts";
import type { Issue, Opened } from "../issue-in-memory.ts";
import { isExpected } from "./expected-value.ts";
import type { CaseRun } from "./run-case.ts";
import { type Stated, shownActual, shownExpected } from "./shown-value.ts";
import { whereFound } from "./token-search.ts";

/** One thing that is not as expected. `actual` says no value that the test does not state. */
export type Difference = {
  /** What was looked at, such as `access.clinic_id`. */
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
};

type Issued = Extract<Issue, { readonly refused: null }>;

const TOKENS = ["access", "id"] as const;

/** How a run differs from what its case expects; nothing where it is as expected. */
export function differences(
  expect: Expectation,
  { event, profile, issue }: CaseRun,
  stated: Stated,
): readonly Difference[] {
  if (expect.refused !== undefined) {
    const actual = issue.refused === null ? "issued" : issue.refused.code;
    return actual === expect.refused ? [] : [{ at: "refused", expected: expect.refused, actual: ending(issue) }];
  }
  if (issue.refused) return [{ at: "token", expected: "issued", actual: ending(issue) }];
  const tokens = { access: issue.accessToken, id: issue.idToken };
  return [
    ...(expect.profile === undefined || expect.profile === profile
      ? []
      : [{ at: "profile", expected: expect.profile, actual: profile ?? "none" }]),
    ...TOKENS.flatMap((token) => claimDifferences(token, expect[token], issue, stated)),
    ...TOKENS.flatMap((token) =>
      (expect.absent?.[token] ?? []).flatMap((name) => presence(token, name, tokens[token], stated)),
    ),
    ...(expect.opened ? openedDifferences(expect.opened, issue.opened, stated) : []),
    ...(expect.scopes ? scopeDifferences(expect.scopes, event, issue.accessToken) : []),
    ...TOKENS.flatMap((token) => sizeDifference(token, expect.size?.[token]?.below, tokens[token])),
    ...TOKENS.flatMap((token) => searchDifferences(token, expect.nowhere, tokens[token])),
  ];
}

/** How a sign-in ended, in words: codes and names, as the trigger's own log would say. */
function ending({ refused }: Issue): string {
  if (refused === null) return "issued";
  return refused.detail === "" ? refused.code : `${refused.code} (${refused.detail})`;
}

function claimDifferences(
  token: "access" | "id",
  expected: ExpectedClaims = {},
  { accessToken, idToken, dropped }: Issued,
  stated: Stated,
): readonly Difference[] {
  const claims = token === "access" ? accessToken : idToken;
  return Object.entries(expected).flatMap(([name, value]) => {
    const actual = own(claims ?? {}, name);
    if (isExpected(value, actual)) return [];
    const drop = dropped.find((each) => each.token === token && each.name === name);
    const none = drop ? `dropped by Cognito (${drop.reason})` : claims === null ? "no ID token" : "no such claim";
    return [
      {
        at: `${token}.${name}`,
        expected: shownExpected(value),
        actual: actual === undefined ? none : shownActual(actual, stated),
      },
    ];
  });
}

function presence(
  token: "access" | "id",
  name: string,
  claims: TokenClaims | null,
  stated: Stated,
): readonly Difference[] {
  const actual = own(claims ?? {}, name);
  return actual === undefined
    ? []
    : [{ at: `${token}.${name}`, expected: "no such claim", actual: shownActual(actual, stated) }];
}

function openedDifferences(
  expected: NonNullable<Expectation["opened"]>,
  actual: Opened,
  stated: Stated,
): readonly Difference[] {
  const servers = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...servers].flatMap((server): readonly Difference[] => {
    const [wanted, opened] = [own(expected, server), own(actual, server)];
    const at = `opened.${server}`;
    if (wanted === undefined) {
      const names = Object.keys(opened ?? {})
        .map(quoted)
        .join(", ");
      return [{ at, expected: "no envelope", actual: `an envelope with ${names}` }];
    }
    if (opened === undefined) return [{ at, expected: "an envelope", actual: "no envelope" }];
    const names = new Set([...Object.keys(wanted), ...Object.keys(opened)]);
    return [...names].flatMap((name) => {
      const [value, found] = [own(wanted, name), own(opened, name)];
      if (value !== undefined && isExpected(value, found)) return [];
      return [
        {
          at: `${at}.${name}`,
          expected: value === undefined ? "no such claim" : shownExpected(value),
          actual: found === undefined ? "no such claim" : shownActual(found, stated),
        },
      ];
    });
  });
}

function scopeDifferences(
  expected: NonNullable<Expectation["scopes"]>,
  event: unknown,
  { scope }: TokenClaims,
): readonly Difference[] {
  const sent = new Set(sentScopes(readSubject(event)));
  const final = new Set(typeof scope === "string" ? scope.split(" ") : []);
  const actual = {
    added: [...final].filter((each) => !sent.has(each)),
    removed: [...sent].filter((each) => !final.has(each)),
  };
  return (["added", "removed"] as const).flatMap((change) => {
    const [wanted, found] = [expected[change].toSorted(), actual[change].toSorted()];
    return wanted.join(" ") === found.join(" ")
      ? []
      : [{ at: `scopes.${change}`, expected: listed(wanted), actual: listed(found) }];
  });
}

function sizeDifference(
  token: "access" | "id",
  below: number | undefined,
  claims: TokenClaims | null,
): readonly Difference[] {
  const bytes = claims === null ? 0 : tokenBytes(claims);
  return below === undefined || bytes < below
    ? []
    : [{ at: `size.${token}`, expected: `below ${below} bytes`, actual: `${bytes} bytes` }];
}

function searchDifferences(
  token: "access" | "id",
  nowhere: Expectation["nowhere"],
  claims: TokenClaims | null,
): readonly Difference[] {
  const sought = nowhere === undefined ? [] : isList(nowhere) ? nowhere : nowhere[token];
  return sought.flatMap((text) => {
    const found = claims === null ? undefined : whereFound(claims, text);
    return found === undefined
      ? []
      : [{ at: `nowhere.${token}`, expected: `${JSON.stringify(text)} in no encoding`, actual: found }];
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}
