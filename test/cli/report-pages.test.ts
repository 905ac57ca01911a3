import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { typeErrors } from "../claims/reports/type-errors.ts";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const page = (name: string): string => readFileSync(`docs/${name}.md`, "utf8");
const block = (text: string, language: string): string =>
  new RegExp(`\`\`\`${language}\n([^\`]*(?:\`[^\`]+)*?)\`\`\`\n`).exec(text)?.[1]?.trimEnd() ?? "";

/** A clerk's sign-in, from the people of the example. */
const setup = JSON.parse(readFileSync("mappings/clinic-eu.dev.json", "utf8")) as {
  readonly environment: Readonly<Record<string, string>>;
  readonly people: readonly { readonly attributes: Readonly<Record<string, string>> }[];
};
const shape = JSON.parse(readFileSync("test/events/v3.hosted-auth.json", "utf8")) as { request: object };
const attributes = setup.people[1]?.attributes ?? {};
const event = {
  ...shape,
  userName: attributes["sub"],
  callerContext: { clientId: setup.environment["CLINIC_WEB_CLIENT"] },
  request: { ...shape.request, userAttributes: attributes },
};
const keys = Object.fromEntries(
  ["CARE_KEY_ARN", "BILLING_KEY_ARN", "PSEUDONYM_KEY_ARN"].map((name) => [
    name,
    `arn:aws:kms:eu-central-1:111122223333:key/${name}`,
  ]),
);
const explain = (...options: readonly string[]) =>
  ran(
    ["explain", MAP, "blood_type", "--event", "event.json", "--tables", "mappings/clinic-eu.tables.json", ...options],
    { "event.json": JSON.stringify(event) },
    { ...setup.environment, ...keys },
  );

test("the change on the page gives the differences on the page", async () => {
  const text = page("how-to/review-a-change");
  const lines = block(text, "diff").split("\n");
  const sides = (mark: string): string[] => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1));
  const old = readFileSync(MAP, "utf8");
  const now = sides("-").reduce((map, gone, index) => {
    expect(map).toContain(gone);
    return map.replace(gone, () => sides("+")[index] ?? "");
  }, old);
  const { out } = await ran(["diff", "old.yaml", "new.yaml"], { "old.yaml": old, "new.yaml": now });
  expect(out).toBe(block(text, "text"));
});

test("the explanation on the page is the one the command gives", async () => {
  expect((await explain()).out).toBe(block(page("how-to/explain-a-claim"), "text"));
});

test("the code on the page compiles with the types of the command on the page", async () => {
  const { out } = await ran(["types", MAP, "--resource-server", "care-api"]);
  const opener = resolve("resource-server/open.ts");
  const options = resolve("resource-server/opener-options.ts");
  const around = `import type { OpenerOptions } from ${JSON.stringify(options)};
declare const options: OpenerOptions;
declare const token: string;
`;
  const code = block(page("how-to/use-typed-claims"), "ts").replace('"claimseal/open"', JSON.stringify(opener));
  expect(code).toContain("createOpener<AccessClaims, SealedClaims>(options)");
  expect(typeErrors({ "claims.gen.ts": out, "service.ts": around + code })).toBe("");
});

test("the page on the catalogue lists its sections", async () => {
  const { out } = await ran(["docs", MAP]);
  const headings = [...out.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
    heading.replace(/^What \S+ alone opens$/, "What *server* alone opens"),
  );
  const listed = [...page("how-to/publish-the-claim-catalogue").matchAll(/^\| ([A-Z].*?) \| /gm)].map(
    ([, each]) => each,
  );
  expect(listed).toEqual([...new Set(headings)]);
});

test("the page on reports has every member of what the commands print as JSON", async () => {
  const printed = [
    (await explain("--json", "--reveal")).out,
    (await ran(["diff", MAP, "mappings/b2b-saas.claims.yaml", "--json"])).out,
  ];
  const members = new Set(printed.flatMap((json) => [...json.matchAll(/^ *"(\w+)": /gm)].map(([, name]) => name)));
  expect(members.size).toBeGreaterThan(20);
  const text = page("reference/reports");
  expect([...members].filter((name) => !new RegExp(`\\b${name}\\??: `).test(text))).toEqual([]);
});
