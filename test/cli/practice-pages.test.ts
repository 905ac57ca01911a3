import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createTestKit } from "../../local/testing.ts";
import type { Opener } from "../../resource-server/open.ts";
import { blocksIn } from "../a-page.ts";
import { ran } from "./recorded-io.ts";

/*
 * How-tos on tenants, machines, CI, emergencies and gateways: their maps are the ones they name, their cases pass, their
 * code runs. What they type is run by test/init-project.test.ts and test/cli/decrypt.test.ts.
 */

const page = (name: string): string => readFileSync(`docs/how-to/${name}.md`, "utf8");
const blocks = (text: string, language: string): readonly string[] =>
  blocksIn(text).flatMap((block) => (block.language === language ? [block.code] : []));
const map = (name: string): string => readFileSync(`mappings/${name}.claims.yaml`, "utf8");

describe("the page on switching the tenant", () => {
  const [input = "", tenant = "", cases = ""] = blocks(page("switch-tenant"), "yaml");

  test("shows the map it names", () => {
    expect(map("b2b-saas")).toContain(input);
    expect(map("b2b-saas")).toContain(tenant);
  });

  test("has cases that pass: the other company, none, and one of others", async () => {
    const file = "mappings/b2b-saas.claims.test.yaml";
    const tests = readFileSync(file, "utf8");
    const { exit, out } = await ran(["test", file], { [file]: tests + cases });
    expect([exit, out.match(/✓ (the other company|a refresh that says nothing|a company of others)/g)?.length]).toEqual(
      [0, 3],
    );
  });

  test("asks for tokens as the dashboard does", () => {
    const [code = ""] = blocks(page("switch-tenant"), "js");
    const dashboard = readFileSync("examples/react-dashboard/src/session.ts", "utf8");
    expect(code).toContain("{ forceRefresh: true, clientMetadata: { org } }");
    expect(dashboard).toContain("{ forceRefresh: true, clientMetadata: { clinic } }");
  });
});

test("the page on machines shows the map it names", () => {
  const shown = blocks(page("give-machines-tokens"), "yaml");
  expect(shown).toHaveLength(4);
  for (const excerpt of shown) expect(map("platform-m2m")).toContain(excerpt);
});

describe("the page on CI", () => {
  const text = page("check-maps-in-ci");

  test("has every command of the job that init writes", () => {
    const job = readFileSync("templates/claims.yml", "utf8").replaceAll("@map@", "clinic.claims.yaml");
    const commands = [
      ...job.matchAll(/^ +(?:- )?(?:run: |git show .* \| )(npx claimseal .*?)(?: --format github)?$/gm),
    ];
    expect(commands).toHaveLength(4);
    for (const [, command = ""] of commands) expect(text).toContain(command);
  });

  test("prints findings in each form it names", async () => {
    const formats = [...text.matchAll(/--format (\w+)/g)].map(([, format = ""]) => format);
    expect(formats).toEqual(["github", "sarif", "junit"]);
    for (const format of formats) {
      expect(await ran(["check", "mappings/clinic-eu.claims.yaml", "--strict", "--format", format])).toMatchObject({
        exit: 0,
      });
    }
  });
});

describe("the page on emergencies", () => {
  const text = page("open-a-token-in-an-emergency");

  test("has a second reader that the map takes, and that a reviewer is told of", async () => {
    const [readers = ""] = blocks(text, "yaml");
    const old = map("clinic-eu");
    const now = old.replace(/ +readers: \["arn:aws:iam::111122223333:role\/care-api"\]\n/, () => readers);
    expect(now).not.toBe(old);
    const files = { "old.claims.yaml": old, "clinic-eu.claims.yaml": now };
    expect(await ran(["check", "clinic-eu.claims.yaml", "--strict"], files)).toMatchObject({ exit: 0 });
    const argv = ["diff", "old.claims.yaml", "clinic-eu.claims.yaml", "--fail-on", "widen"];
    expect(await ran(argv, files)).toMatchObject({ exit: 5, out: expect.stringContaining("break-glass") });
  });
});

describe("the page on other gateways", () => {
  const text = page("use-behind-other-gateways");
  const [onCall = "", chart = ""] = blocks(text, "js");
  const kit = createTestKit({ map: "clinic-eu", resourceServers: { "care-api": { scopes: ["chart.read"] } } });
  const token = async (flaw?: "id-token"): Promise<string> =>
    (await kit).mint({
      claims: { clinic_id: "c42" },
      sealed: { "care-api": { duty_phone: "+49 30 5550100" } },
      ...(flaw && { flaw }),
    });
  const answer = { clinic: "c42", phone: "+49 30 5550100" };

  test("has a resolver that opens the token of a request's headers, and refuses an ID token", async () => {
    const { onCall: resolver } = await moduleOf<{ onCall: Service<AppSyncEvent> }>(onCall);
    const resolve = resolver((await kit).opener("care-api"));
    const event = (authorization: string): AppSyncEvent => ({ request: { headers: { authorization } } });
    expect(await resolve(event(`Bearer ${await token()}`))).toEqual(answer);
    expect(await resolve(event(await token()))).toEqual(answer);
    await expect(resolve(event(await token("id-token")))).rejects.toMatchObject({ code: "TOKEN_USE" });
  });

  test("has a service that opens the load balancer's header, and nothing without it", async () => {
    const { chart: service } = await moduleOf<{ chart: Service<Request> }>(chart);
    const serve = service((await kit).opener("care-api"));
    const request = (headers: Record<string, string>): Request => new Request("http://care.example/chart", { headers });
    const answered = (await serve(request({ "x-amzn-oidc-accesstoken": await token() }))) as Response;
    expect(await answered.json()).toEqual(answer);
    await expect(serve(request({}))).rejects.toMatchObject({ code: expect.stringMatching(/^TOKEN_/) });
  });

  test("keeps the scopes in words that the map takes", async () => {
    const [keep = ""] = blocks(text, "yaml");
    const now = map("clinic-eu").replace(/ +selfServiceScopes: strip[^\n]*\n/, () => keep);
    expect(now).toContain("the load balancer fetches the profile");
    const { exit, out } = await ran(["check", "clinic-eu.claims.yaml"], { "clinic-eu.claims.yaml": now });
    expect([exit, out]).toEqual([0, expect.not.stringMatching(/^ +error/m)]);
  });
});

type AppSyncEvent = { readonly request: { readonly headers: { readonly authorization: string } } };
type Service<Asked> = (opener: Opener) => (asked: Asked) => Promise<unknown>;

/** The code of a page, as a module. */
async function moduleOf<Exports>(code: string): Promise<Exports> {
  return (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Exports;
}
