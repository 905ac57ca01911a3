import type { Plan } from "../../claims/plan.ts";
import { closeName } from "../../claims/shape/close-name.ts";
import type { EnvelopeShape } from "./mint.ts";
import type { TestToken } from "./test-token.ts";

/**
 * Holds the names in a test token to the claim map, so that no test passes with a claim that production will never send.
 *
 * @throws {TypeError} naming the claim or scope, and the one that may have been meant. Never a value.
 */
export function assertNamesOf(
  { profiles, resourceServers }: Plan,
  { claims, sealed, scopes, tokenUse }: TestToken,
): void {
  const use = tokenUse ?? "access";
  const all = profiles.flatMap((profile) => profile.claims);
  const clear = new Set(all.flatMap(({ name, to }) => (to.includes(use) ? [name] : [])));
  const kept = use === "id" ? null : clear;
  for (const name of Object.keys(claims ?? {})) {
    if (kept === null || kept.has(name)) continue;
    const servers = [...new Set(all.flatMap((claim) => (claim.name === name ? claim.sealFor : [])))];
    const where =
      servers.length > 0 ? `it is sealed for ${servers.join(", ")}: give it under sealed` : meant(name, kept);
    throw new TypeError(`claims: the map puts no "${name}" into an access token in the clear; ${where}`);
  }
  for (const [server, inside] of Object.entries(sealed ?? {})) {
    const names = namesFor(profiles, server);
    const stranger = Object.keys(inside).find((name) => !names.has(name));
    if (stranger === undefined) continue;
    throw new TypeError(`sealed: the map seals no "${stranger}" for "${server}"; ${meant(stranger, names)}`);
  }
  for (const scope of scopes ?? []) {
    const owner = Object.values(resourceServers).find(({ identifier }) => scope.startsWith(`${identifier}/`));
    if (owner === undefined) continue;
    const declared = owner.scopes.map((each) => `${owner.identifier}/${each}`);
    if (declared.includes(scope)) continue;
    throw new TypeError(`scopes: the map has no scope "${scope}"; ${meant(scope, declared)}`);
  }
}

/**
 * What the map seals for a server: every claim of the first profile that has all the claims given, those without a value
 * too, padded as there.
 */
export function envelopeOfPlan({ profiles }: Plan, resourceServer: string, given: readonly string[]): EnvelopeShape {
  const envelopes = profiles
    .flatMap((profile) => profile.envelopes)
    .filter((each) => each.resourceServer === resourceServer);
  const found = envelopes.find(({ claims }) => given.every((name) => claims.includes(name)));
  return { claims: found?.claims ?? [], padTo: found?.padTo ?? null };
}

/** Puts each value where the map has it: into the clear, into the envelopes of its servers, or both. */
export function placeClaims(
  { profiles }: Plan,
  values: NonNullable<TestToken["claims"]>,
): Required<Pick<TestToken, "claims" | "sealed">> {
  const all = profiles.flatMap((profile) => profile.claims);
  const claims: Record<string, (typeof values)[string]> = {};
  const sealed: Record<string, Record<string, (typeof values)[string]>> = {};
  for (const [name, value] of Object.entries(values)) {
    const written = all.filter((claim) => claim.name === name);
    if (written.length === 0) {
      throw new TypeError(`the map has no claim "${name}"; ${meant(name, new Set(all.map((claim) => claim.name)))}`);
    }
    for (const { sealFor, to } of written) {
      if (to.includes("access")) claims[name] = value;
      for (const server of sealFor) sealed[server] = { ...sealed[server], [name]: value };
    }
  }
  return { claims, sealed };
}

function namesFor(profiles: Plan["profiles"], server: string): ReadonlySet<string> {
  const envelopes = profiles.flatMap((profile) => profile.envelopes);
  return new Set(envelopes.flatMap((each) => (each.resourceServer === server ? each.claims : [])));
}

function meant(name: string, known: Iterable<string>): string {
  const names = [...known];
  const close = closeName(name, names);
  if (close !== undefined) return `did you mean ${close}?`;
  return names.length === 0 ? "there is none" : `there are: ${names.join(", ")}`;
}
