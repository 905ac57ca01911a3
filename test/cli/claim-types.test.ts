import { expect, test } from "vitest";
import { SMALL_MAP } from "./a-small-map.ts";
import { ran } from "./recorded-io.ts";

const files = { "m.claims.yaml": SMALL_MAP };

test("prints the types of every token, or of what one API reads", async () => {
  const all = await ran(["types", "m.claims.yaml"], files);
  expect(all).toMatchObject({ exit: 0, err: "" });
  expect(all.out).toContain("export type IdClaims = ");
  expect(all.out).not.toContain("SealedClaims");
  const { out } = await ran(["types", "m.claims.yaml", "--resource-server", "tills"], files);
  expect(out).toContain('export type Scope = "tills/read" | "tills/write";');
  expect(out).toContain("  /** pii, informs; printed on invoices */\n  readonly tax_no: string | null;");
  expect(out).not.toContain("IdClaims");
});

test("writes to a file, and says nothing", async () => {
  const { exit, out, err, written } = await ran(["types", "m.claims.yaml", "--out", "src/claims.gen.ts"], files);
  expect([exit, out, err]).toEqual([0, "", ""]);
  expect(written.get("src/claims.gen.ts")).toMatch(/^\/\/ What tokens hold[\s\S]*;\n$/);
});

test("a resource server that the map does not have is a misspelt one, or one of those there are", async () => {
  const asked = (server: string) => ran(["types", "m.claims.yaml", "--resource-server", server], files);
  expect(await asked("tils")).toMatchObject({
    exit: 2,
    err: expect.stringContaining('claimseal types: the map has no resource server "tils"; did you mean tills?'),
  });
  expect(await asked("__proto__")).toMatchObject({ exit: 2, err: expect.stringContaining("; there are: tills") });
});
