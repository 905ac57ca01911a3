// What a benchmark's sign-in looks like: so many personal claims, resource servers and sources, as a claim map for
// claimseal and as variables for handlers written by hand, with the rows that are read and what each server must open.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const REGION = "eu-west-1";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Somebody signs in; Cognito's own sample event. */
export const event = JSON.parse(readFileSync(`${root}test/events/v3.authentication.json`, "utf8"));
export const sub = event.request.userAttributes.sub;

const NAMES = ["legal_name", "licence_no", "duty_phone"];

/** Values of 24 bytes. */
const textOf = (index) => `value ${String(index).padStart(4, "0")} of Nora Lind`.slice(0, 24);

const serverName = (index) => `server-${index + 1}`;

/**
 * @param claims Personal claims, every one of them for every resource server.
 * @param servers Resource servers.
 * @param sources Tables that are read; with `oneTable` rows of one. All but the first give an open claim each.
 * @param rows Rows of a query, where one is made.
 */
export function scenario({ claims = 3, servers = 1, sources = 1, oneTable = false, rows = 0, mode = "envelope" } = {}) {
  const names = Array.from({ length: claims }, (_, index) => NAMES[index] ?? `claim_${index + 1}`);
  const serverNames = Array.from({ length: servers }, (_, index) => serverName(index));
  const more = Array.from({ length: sources - 1 }, (_, index) => `more${index + 1}`);
  const source = (table, key, attributes) => ({
    dynamodb: { table, region: REGION, key, consistent: true },
    trust: "operator",
    onMissing: "deny",
    onError: "deny",
    attributes,
  });
  const pii = { type: "string", class: "pii", maxLength: 24, purpose: "measured" };
  const map = {
    version: 1,
    name: "bench",
    revision: "1",
    pool: { events: "V3", usernames: "any" },
    sources: {
      staff: source(
        "staff",
        { pk: "STAFF#{user.sub}" },
        {
          profession: { type: "string", class: "open", values: ["physician", "nurse"] },
          ...Object.fromEntries(names.map((name) => [name, pii])),
        },
      ),
      ...Object.fromEntries(
        more.map((name) => [
          name,
          source(
            oneTable ? "staff" : name,
            { pk: `${name.toUpperCase()}#{user.sub}` },
            {
              level: { type: "int", class: "open" },
            },
          ),
        ]),
      ),
      ...(rows > 0 && {
        grants: {
          dynamodb: {
            table: "grants",
            region: REGION,
            query: { key: { pk: "STAFF#{user.sub}" }, limit: rows, onMore: "deny" },
          },
          trust: "operator",
          onMissing: "deny",
          onError: "deny",
          attributes: { level: { type: "int", class: "open" } },
        },
      }),
    },
    resourceServers: Object.fromEntries(
      serverNames.map((name, index) => [
        name,
        {
          identifier: name,
          scopes: ["read"],
          seal: { key: `\${env:KEY_${index + 1}}`, region: REGION, mode },
          readers: [`arn:aws:iam::111122223333:role/${name}`],
        },
      ]),
    ),
    profiles: {
      people: {
        match: { grants: ["user"], clients: [event.callerContext.clientId] },
        idToken: { keep: [] },
        groups: "strip",
        selfServiceScopes: "strip",
        claims: {
          profession: { value: "staff.profession", to: ["access"], effect: "grants", required: true },
          ...Object.fromEntries(
            names.map((name) => [name, { value: `staff.${name}`, sealFor: serverNames, effect: "informs" }]),
          ),
          ...Object.fromEntries(
            more.map((name) => [`${name}_level`, { value: `${name}.level`, to: ["access"], effect: "informs" }]),
          ),
          ...(rows > 0 && {
            highest: { value: "size(grants.filter(g, g.level > 3))", to: ["access"], effect: "informs" },
          }),
        },
        scopes: serverNames.map((name) => ({ add: [`${name}/read`] })),
      },
    },
    limits: { accessToken: 16_384, idToken: 3000, onOversize: "deny" },
  };
  const personal = Object.fromEntries(names.map((name, index) => [name, textOf(index)]));
  const person = {
    pk: { S: `STAFF#${sub}` },
    profession: { S: "physician" },
    ...Object.fromEntries(names.map((name) => [name, { S: personal[name] }])),
  };
  const tables = { staff: [[[`STAFF#${sub}`], person]] };
  for (const name of more) {
    const key = `${name.toUpperCase()}#${sub}`;
    const row = [[key], { pk: { S: key }, level: { N: "3" } }];
    if (oneTable) tables.staff.push(row);
    else tables[name] = [row];
  }
  if (rows > 0) {
    tables.grants = Array.from({ length: rows }, (_, index) => [
      [`STAFF#${sub}`, String(index)],
      { pk: { S: `STAFF#${sub}` }, level: { N: String(index % 6) } },
    ]);
  }
  return { map: JSON.stringify(map), tables, names, serverNames, personal, mode, sources };
}
