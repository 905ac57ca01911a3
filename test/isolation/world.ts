import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkClaimMap } from "../../claims/check.ts";
import type { InvokeFunction } from "../../claims/facts.ts";
import type { Plan } from "../../claims/plan.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";
import { importDataKey } from "../../crypto/import-data-key.ts";
import type { TableRows } from "../../local/dynamodb.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import type { Hooks } from "../../triggers/hooks.ts";
import { randomFrom } from "../canary/random.ts";
import { type Marks, marksFrom } from "./marks.ts";
import { type OpenEnvelopes, openerOf } from "./open-envelopes.ts";
import { drawPeople, type Person, SHIFT_TABLE, STAFF_TABLE } from "./people.ts";

export const REGION = "eu-central-1";

/** People, all that is held of them, and the keys that open what is sealed. */
export type World = {
  /** Compiled, not bound. */
  readonly plan: Plan;
  readonly environment: { readonly [name: string]: string };
  readonly people: readonly Person[];
  readonly marks: Marks;
  readonly tables: TableRows;
  readonly hooks: Hooks;
  readonly chained: InvokeFunction;
  readonly kms: Kms;
  /** Of pseudonyms, and of the names of subjects in records. */
  readonly root: KeyObject;
  readonly open: OpenEnvelopes;
};

/** The same seed gives the same people; keys are new in each world. */
export async function worldOf(seed: number, people: number): Promise<World> {
  const marks = marksFrom(randomFrom(seed, 1));
  const everybody = drawPeople(people, marks);
  const bySub = new Map(everybody.map((person) => [person.sub, person]));
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const kms = createKms();
  const key = (spec?: "HMAC_256"): string => kms.createKey({ region: REGION, ...(spec && { spec }) });
  const pseudonymKey = key("HMAC_256");
  const plan = planOf();
  return {
    plan,
    environment: {
      STAFF_TABLE,
      SHIFT_TABLE,
      BEFORE_ARN: `arn:aws:lambda:${REGION}:111122223333:function:before`,
      PSEUDONYM_KEY_ARN: pseudonymKey,
      CARE_KEY_ARN: key(),
      DESK_KEY_ARN: key(),
      VAULT_KEY_ARN: key(),
      ARCHIVE_PUBLIC_KEY: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    },
    people: everybody,
    marks,
    tables: {
      [STAFF_TABLE]: everybody.flatMap(({ rows }) => rows[STAFF_TABLE] ?? []),
      [SHIFT_TABLE]: everybody.flatMap(({ rows }) => rows[SHIFT_TABLE] ?? []),
    },
    hooks: { badge: ({ sub }) => bySub.get(sub)?.badge },
    chained: async (_, payload) => {
      const event = JSON.parse(payload) as { readonly request: { readonly userAttributes: { readonly sub: string } } };
      const claimsToAddOrOverride = { cost_centre: bySub.get(event.request.userAttributes.sub)?.costCentre };
      return { ...event, response: { claimsOverrideDetails: { claimsToAddOrOverride } } };
    },
    kms,
    root: await rootOf(kms, pseudonymKey),
    open: openerOf(plan, kms, privateKey),
  };
}

/** As `aws/kms-pseudonym-root.ts` asks for it. */
async function rootOf(kms: Kms, keyArn: string): Promise<KeyObject> {
  const Message = Buffer.from("claimseal/pseudonym/v1").toString("base64");
  const input = { KeyId: keyArn, MacAlgorithm: "HMAC_SHA_256", Message };
  const { Mac } = await kms.call("GenerateMac", { region: REGION, caller: null }, input);
  const root = importDataKey(Mac as Uint8Array);
  if (root === null) throw new TypeError("no root");
  return root;
}

function planOf(): Plan {
  const text = readFileSync(new URL("../../test/isolation/isolation.claims.yaml", import.meta.url), "utf8");
  const { plan, findings } = checkClaimMap(text, { envelopeBytes: sealedSize });
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}
