import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sealedServers } from "../deploy/sealed-servers.ts";
import { keysOf } from "../deploy/stores.ts";
import type { TableRows } from "../local/dynamodb.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import { readSetup, type StackSetup } from "../local/stack-setup.ts";
import { type DeployedPackage, type DeployOptions, deploy, issuerStatements } from "./a-deployed-package.ts";
import { type Packaged, packageProject } from "./a-packaged-project.ts";
import { installPackage, type Project } from "./a-project.ts";
import { examplePlan } from "./deploy/a-deployment.ts";
import { EVERY, isEveryVariant, type Variant } from "./deploy/a-variant.ts";
import {
  claimsOf,
  clientCredentials,
  type OpenAs,
  openersOf,
  type Reader,
  refreshed,
  signIn,
} from "./tokens-of-a-package.ts";

/*
 * Every map, with a pool and tables of its own and with those that exist, as packaged.test.ts has one of them: people
 * and machines get their tokens from the zip under the packaged policies, and lose them with any of its statements. It
 * takes minutes: CLAIMSEAL_DEPLOY=all.
 */

type Expected = {
  /** Some claims of the access token, by who it is for. */
  readonly claims: { readonly [who: string]: object };
  /** What one resource server opens of one of them. */
  readonly opened: readonly (readonly [server: string, who: string, claims: object])[];
};

const EXPECTED: Readonly<Record<Variant["map"], Expected>> = {
  "b2b-saas": {
    claims: {
      "olivia@acme.example": { seat_limit: 1, cmv: "b2b-saas@2026-11-22.1" },
      "olivia@acme.example, refreshed": { tenant_id: "acme", roles: "editor,owner", plan: "team", seat_limit: 25 },
      "victor@acme.example": { tenant_id: "acme", roles: "viewer", scope: "projects/read" },
    },
    opened: [
      [
        "invoicing",
        "olivia@acme.example, refreshed",
        { billing_name: "Acme Widgets Ltd", billing_mail: "olivia@acme.example", vat_id: "GB999000001" },
      ],
    ],
  },
  "clinic-eu": {
    claims: {
      "anna@clinic.example": { clinic_id: "c42", profession: "physician", staff_ref: expect.any(String) },
      "anna@clinic.example, refreshed": { clinic_id: "c7", profession: "physician" },
      "ben@clinic.example": { clinic_id: "c42", profession: "clerk" },
      laboratory: { clinic_id: "c42", daily_cap: 2000 },
    },
    opened: [
      ["care-api", "anna@clinic.example", { legal_name: "Dr. Anna Testmann" }],
      ["billing-api", "ben@clinic.example", { legal_name: "Ben Beispiel", employer: "Muster Abrechnung GmbH" }],
      ["care-api", "laboratory", { duty_phone: "+49 30 5550100" }],
    ],
  },
  "platform-m2m": {
    claims: {
      importer: { environment: "production", audit: "all", ledgers: "sales", rate_per_min: 600 },
      reporter: { environment: "staging", preview: true, rate_per_min: 60 },
      "legacy-exporter": { scope: "ledger/entry.read" },
    },
    opened: [["ledger", "importer", { owner_email: "importer-owners@example.com" }]],
  },
};

const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" },
};

/** Statements that no sign-in of the setup could do without, because they give nothing. */
const GIVES_NOTHING = ["NoDataKeysForOtherPools", "WriteOwnLog"];

const cleanUp: (() => Promise<void>)[] = [];
const end = async (): Promise<void> => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
};
afterEach(end);

describe.skipIf(!isEveryVariant)("from the package to tokens", () => {
  let project: Project;
  beforeAll(async () => {
    project = await installPackage();
  });
  afterAll(async () => {
    await project.remove();
  });

  describe.for(EVERY)("$map with a pool that is $pool", (variant) => {
    const { map, pool } = variant;
    const plan = examplePlan(map);
    let setup: StackSetup;
    let rows: TableRows;
    let packaged: Packaged;
    beforeAll(async () => {
      const json = async (kind: string) => JSON.parse(await readFile(`mappings/${map}.${kind}.json`, "utf8"));
      setup = readSetup(await json("dev"));
      rows = await json("tables");
      const folder = `.claimseal/${map}-${pool}`;
      const source = `node_modules/claimseal/mappings/${map}`;
      const hooks = map === "platform-m2m" ? ["--hooks", `${source}.hooks.mjs`] : [];
      const built = await project.claimseal("build", `${source}.claims.yaml`, "--out", folder, ...hooks);
      if (built.exit !== 0) throw new Error(built.err);
      packaged = await packageProject({ ...variant, plan, setup, path: project.path, folder });
    }, 180_000);

    const deployed = (changes: Pick<DeployOptions, "without" | "poolId"> = {}): Promise<DeployedPackage> =>
      deploy(packaged, { plan, setup, rows, started: ({ stop }) => cleanUp.push(stop), ...changes });

    /** Access tokens, or what is said in place of one, by who they are for. */
    async function tokens(stack: DeployedPackage): Promise<ReadonlyMap<string, string>> {
      const issued = new Map<string, string>();
      for (const { attributes, metadata } of setup.people) {
        const email = attributes["email"] ?? "";
        issued.set(email, await signIn(stack, email));
        if (metadata) issued.set(`${email}, refreshed`, await refreshed(stack, email));
      }
      for (const { name, grants } of setup.clients) {
        if (grants.includes("client_credentials")) issued.set(name, await clientCredentials(stack, name));
      }
      return issued;
    }

    function openers(stack: DeployedPackage): OpenAs {
      const { createOpener } = createRequire(join(project.path, "package.json"))(
        "claimseal/open",
      ) as typeof import("../resource-server/open.ts");
      const stores = keysOf(plan, "unused");
      const readers = sealedServers(plan).map(([name, server]): Reader => {
        const { id = "" } = stores.find(({ owners }) => owners.includes(name)) ?? {};
        return { name, server, role: server.readers[0]!, key: packaged.keys[id]! };
      });
      return openersOf(stack, readers, createOpener);
    }

    test("gives everybody the token that the map says, and each resource server opens what is sealed for it", async () => {
      const stack = await deployed();
      const issued = await tokens(stack);
      expect([...issued.keys()].toSorted()).toEqual(Object.keys(EXPECTED[map].claims).toSorted());
      const claims = [...issued].map(([who, token]) => [who, claimsOf(token)]);
      expect(Object.fromEntries(claims)).toMatchObject(EXPECTED[map].claims);
      const openAs = openers(stack);
      for (const [server, who, opened] of EXPECTED[map].opened) {
        await expect(openAs(server, server, issued.get(who)!, null)).resolves.toMatchObject(opened);
      }
    });

    test("keeps what is sealed from everybody else, the trigger included, however much their own policies allow", async () => {
      const stack = await deployed();
      const issued = await tokens(stack);
      const openAs = openers(stack);
      const servers = sealedServers(plan).map(([name]) => name);
      for (const { role } of readerRoles()) stack.identities.setPolicies(role, [EVERYTHING]);
      stack.identities.setPolicies(stack.issuer.roleArn, [EVERYTHING]);
      for (const [server, who] of EXPECTED[map].opened) {
        for (const other of ["issuer", ...servers.filter((name) => name !== server)]) {
          await expect(openAs(other, server, issued.get(who)!, null)).rejects.toMatchObject({
            code: "KEY_ACCESS_DENIED",
          });
        }
      }
    });

    const readerRoles = (): readonly { readonly role: string }[] =>
      sealedServers(plan).map(([, { readers }]) => ({ role: readers[0]! }));

    test("needs every statement: without any of them somebody's token is another", async () => {
      const whole = lasting(await tokens(await deployed()));
      const needed = issuerStatements(packaged).filter((sid) => !GIVES_NOTHING.includes(sid));
      expect(needed.length).toBeGreaterThanOrEqual(3);
      for (const without of needed) {
        await end();
        const rest = lasting(await tokens(await deployed({ without })));
        expect({ without, rest }).not.toEqual({ without, rest: whole });
      }
    });

    test("gives nobody a sealed claim in another pool", async () => {
      const stack = await deployed({ poolId: `${packaged.poolId}Other` });
      const issued = [...lasting(await tokens(stack)).values()];
      expect(JSON.stringify(issued)).not.toContain("sealed_");
      // A function that knows its pool does not come as far as that.
      const refused = issued.filter((token) => JSON.stringify(token).includes("POOL_FOREIGN"));
      expect(refused).toHaveLength(pool === "existing" ? issued.length : 0);
    });
  });
});

/** Tokens' claims without what differs from one to the next; an envelope is told by its being there. */
function lasting(issued: ReadonlyMap<string, string>): ReadonlyMap<string, unknown> {
  const passing = ["iat", "exp", "auth_time", "jti", "origin_jti", "event_id"];
  return new Map(
    [...issued].map(([who, token]): readonly [string, unknown] => {
      if (!token.startsWith("ey")) return [who, token];
      const claims = Object.entries(claimsOf(token)).filter(([name]) => !passing.includes(name));
      return [who, Object.fromEntries(claims.map(([name, value]) => [name, name.startsWith("sealed_") ? "" : value]))];
    }),
  );
}
