import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { discloseClaims } from "../../experimental/disclose-claims.ts";
import { readDisclosures } from "../../experimental/read-disclosures.ts";
import { createOpener } from "../../resource-server/open.ts";
import { createTrigger } from "../../triggers/trigger.ts";
import { accessToken, clientId, jwk, poolId, poolKey } from "../resource-server/service.ts";
import { plan, signIn, startedLongAgo, tokensOf } from "./a-disclosing-trigger.ts";
import { sizesOf } from "./disclosure-sizes.ts";

const page = readFileSync("docs/explanation/selective-disclosure.md", "utf8");

test("the page's sizes are what the code makes", () => {
  const row = (count: number): string => {
    const { claims, envelope, asymmetric, digests, disclosures, plain, shown } = sizesOf(count);
    return `| ${[claims, envelope, asymmetric, digests, disclosures, plain, shown].join(" | ")} |`;
  };
  expect(page.split("\n").filter((line) => /^\| \d+ \|/.test(line))).toEqual([1, 3, 8].map(row));
});

/** What a snippet of the page leaves in one of its variables, given what it imports and has around it. */
async function run(snippet: string, result: string, scope: { readonly [name: string]: unknown }): Promise<unknown> {
  const body = snippet.replaceAll(/^import .*$/gm, "").replaceAll(/^export /gm, "");
  const imported = [...snippet.matchAll(/^import \{ (\w+) \} from "claimseal\/[\w/]+";$/gm)].map(([, name]) => name);
  expect(imported.filter((name) => !Object.hasOwn(scope, name ?? ""))).toEqual([]);
  return runInNewContext(`(async () => {${body}; return ${result}; })()`, scope) as Promise<unknown>;
}

test("the page's three pieces of code work together: trigger, client, service", async () => {
  const [ofTrigger = "", ofClient = "", ofService = ""] = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(
    ([, code]) => code,
  );
  const started = (options: Parameters<typeof createTrigger>[0]): ReturnType<typeof createTrigger> =>
    startedLongAgo(() => createTrigger({ ...options, environment: {}, writeLine: async () => {} }));
  const handler = (await run(ofTrigger, "handler", {
    createTrigger: started,
    discloseClaims,
    plan,
    process: { env: { CLAIMSEAL_PLAN_SHA256: planDigest(plan) } },
  })) as ReturnType<typeof createTrigger>;
  const { id, access } = await tokensOf(
    handler,
    signIn({ "custom:employer": "Klinikum Nord", birthdate: "1979-03-02" }),
  );
  let sent: { readonly [header: string]: string } = {};
  await run(ofClient, "undefined", {
    readDisclosures,
    idTokenPayload: id,
    accessToken: accessToken({ _sd: access["_sd"], _sd_alg: access["_sd_alg"], cmv: access["cmv"] }),
    fetch: async (_url: string, { headers }: { readonly headers: typeof sent }) => {
      sent = headers;
    },
  });
  const opened = await run(ofService, "auth.disclosed.employer.reveal()", {
    createOpener: (options: Parameters<typeof createOpener>[0]) =>
      createOpener({
        ...options,
        userPoolId: poolId,
        clientId,
        jwks: { fetch: async () => ({ keys: [jwk(poolKey)] }) },
      }),
    accessToken: sent["Authorization"]?.replace("Bearer ", ""),
    request: { headers: { disclosures: sent["Disclosures"] } },
  });
  expect(opened).toBe("Klinikum Nord");
});
