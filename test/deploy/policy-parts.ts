import { CreateGrantCommand, GenerateMacCommand } from "@aws-sdk/client-kms";
import { bindPlan, environmentNames } from "../../claims/bind.ts";
import type { Plan } from "../../claims/plan.ts";
import type { Policies } from "../../deploy/policies.ts";
import { finalPolicies } from "../../deploy/policies-emitted.ts";
import { type SealedServer, sealedServers } from "../../deploy/sealed-servers.ts";
import { keysOf } from "../../deploy/stores.ts";
import { type AccessKey, createIdentities, type Identities } from "../../local/identities/identities.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import type { KeySpec } from "../../local/kms/material.ts";
import { serveKms } from "../../local/kms/server.ts";
import { sessionOfRole } from "../../local/policy/caller.ts";
import { requestContext } from "../../local/policy/condition.ts";
import { evaluateIdentityPolicies } from "../../local/policy/evaluate.ts";
import { refusalOfKey } from "../../local/policy/key-access.ts";
import type { PolicyDocument, PolicyStatement } from "../../local/policy/policy.ts";
import { readPolicy } from "../../local/policy/read-policy.ts";
import { ACCOUNT, ISSUER, POOL_ID } from "./a-deployment.ts";
import {
  type Asked,
  type Askers,
  asking,
  GRANTABLE,
  issuingProbes,
  keyProbes,
  macProbes,
  openingProbes,
  poolProbes,
} from "./key-probes.ts";
import { allowed, DENIED, denied, type Guarded, type Probe } from "./probes.ts";
import { HOME, scans, startTables, tableProbes } from "./table-probes.ts";

/** As much as an account could give its own roles. */
const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Sid: "All", Effect: "Allow", Action: "kms:*", Resource: "*" },
};
/** A key whose account decides, and nobody else. */
const ACCOUNT_DECIDES: PolicyDocument = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, "arn:aws:iam::444455556666:root"] },
    Action: "kms:*",
    Resource: "*",
  },
};

const SPECS: Readonly<Record<SealedServer["seal"]["mode"], KeySpec>> = {
  envelope: "SYMMETRIC_DEFAULT",
  direct: "SYMMETRIC_DEFAULT",
  asymmetric: "ECC_NIST_P256",
};

export type Part = Guarded & { readonly name: string };

/** Everything that a plan's policies guard, running. */
export type World = {
  /** Bound to the keys there are. */
  readonly plan: Plan;
  readonly policies: Policies;
  readonly kms: Kms;
  readonly identities: Identities;
  readonly url: string;
  /** Where the tables are. */
  readonly tables: string;
  readonly stop: () => Promise<void>;
};

export async function worldOf(plan: Plan): Promise<World> {
  const [kms, identities] = [createKms(), createIdentities()];
  const kmsServer = await serveKms(kms, { identities });
  const stores = keysOf(plan, "unused");
  const arns = stores.map(({ text, region = HOME, owners }) => {
    const mode = owners[0] === undefined ? undefined : plan.resourceServers[owners[0]]?.seal?.mode;
    const spec = mode === undefined ? "HMAC_256" : SPECS[mode];
    return [text.slice("${env:".length, -1), kms.createKey({ region, spec, policy: ACCOUNT_DECIDES })] as const;
  });
  const names = environmentNames(plan).map((name) => [name, name.toLowerCase().replaceAll("_", "-")] as const);
  const environment: Record<string, string> = { ...Object.fromEntries(names), ...Object.fromEntries(arns) };
  const policies = finalPolicies(
    { plan, resourceServer: undefined },
    { account: ACCOUNT, region: HOME, pool: POOL_ID, role: ISSUER.split("/")[1]!, function: "trigger", environment },
  ) as unknown as Policies;
  const bound = bindPlan(plan, environment);
  const tables = await startTables(bound, identities);
  const stop = async (): Promise<void> => {
    await tables.stop();
    await kmsServer.stop();
  };
  return { plan: bound, policies, kms, identities, url: kmsServer.url, tables: tables.url, stop };
}

/** What the trigger's own policies decide, of keys that would let it do everything. */
export function triggerPart({ plan, policies, identities, kms, url, tables }: World): Part {
  const documents = [policies.trigger, ...(policies.triggerPool ? [policies.triggerPool] : [])] as PolicyDocument[];
  let current: readonly PolicyDocument[] = documents;
  const issuer = identities.createIdentity(ISSUER, documents);
  const stray = (region: string, spec: KeySpec): string => kms.createKey({ region, spec, policy: ACCOUNT_DECIDES });
  const sealing = sealedServers(plan).flatMap(([name, server]) => {
    const asked = { url, key: server.seal.key, pool: POOL_ID };
    const other = { ...asked, key: stray(server.seal.key.split(":")[3]!, SPECS[server.seal.mode]) };
    const named = (probes: readonly Probe[]): readonly Probe[] =>
      probes.map((probe) => ({ ...probe, what: `${probe.what} (${name})` }));
    return named([
      ...issuingProbes(server, asked, issuer),
      ...poolProbes(server, asked, issuer),
      ...issuingProbes(server, other, issuer).map(({ ask }) => denied("does the same with another key", ask)),
      ...openingProbes(server, asked, issuer).map(({ ask }) => denied("opens", ask)),
    ]);
  });
  const direct = (action: string, resource: string, context: Context = []): Promise<string> => {
    const verdict = evaluateIdentityPolicies(
      current.map((policy) => readPolicy(policy, "identity")),
      { caller: sessionOfRole(ISSUER), action, resource, context: requestContext(context) },
    );
    return Promise.resolve(verdict === "allow" ? "allowed" : DENIED);
  };
  return {
    name: "the trigger",
    policies: documents,
    put: (changed) => {
      current = changed;
      identities.setPolicies(ISSUER, changed);
    },
    probes: [
      ...tableProbes(plan, tables, issuer),
      ...scanProbes(plan, direct),
      ...sealing,
      ...macOfTrigger(plan, direct, url, issuer),
      ...logProbes(direct),
      ...chainProbes(plan, direct),
    ],
  };
}

type Context = Parameters<typeof requestContext>[0];
type Direct = (action: string, resource: string, context?: Context) => Promise<string>;

function scanProbes(plan: Plan, direct: Direct): readonly Probe[] {
  return scans(plan).flatMap(({ resource, attributes }) => {
    const context: Context = [
      ["dynamodb:Attributes", attributes],
      ["dynamodb:Select", "SPECIFIC_ATTRIBUTES"],
    ];
    return ["Scan", "PartiQLSelect"].map((action) =>
      denied(action, () => direct(`dynamodb:${action}`, resource, context)),
    );
  });
}

function macOfTrigger({ pseudonyms }: Plan, direct: Direct, url: string, issuer: AccessKey): readonly Probe[] {
  if (!pseudonyms) return [];
  const { key } = pseudonyms;
  const command = new GenerateMacCommand({ KeyId: key, Message: Buffer.from("x"), MacAlgorithm: "HMAC_SHA_256" });
  const with512 = [["kms:MacAlgorithm", "HMAC_SHA_512"]] as const;
  return [
    allowed("makes the root of pseudonyms", () => asking({ url, key, pool: POOL_ID })(issuer, command)),
    denied("makes a MAC of another kind", () => direct("kms:GenerateMac", key, with512)),
    denied("makes a MAC with another key", () =>
      direct("kms:GenerateMac", `${key}x`, [["kms:MacAlgorithm", "HMAC_SHA_256"]]),
    ),
    denied("verifies a MAC", () => direct("kms:VerifyMac", key, [["kms:MacAlgorithm", "HMAC_SHA_256"]])),
  ];
}

function logProbes(direct: Direct): readonly Probe[] {
  const group = (name: string): string => `arn:aws:logs:${HOME}:${ACCOUNT}:log-group:/aws/lambda/${name}:log-stream:x`;
  return [
    allowed("starts a log stream", () => direct("logs:CreateLogStream", group("trigger"))),
    allowed("writes its log", () => direct("logs:PutLogEvents", group("trigger"))),
    denied("writes another's log", () => direct("logs:PutLogEvents", group("another"))),
    denied("reads its log", () => direct("logs:GetLogEvents", group("trigger"))),
  ];
}

function chainProbes({ sources }: Plan, direct: Direct): readonly Probe[] {
  return Object.values(sources).flatMap((source): readonly Probe[] =>
    source.kind === "chain"
      ? [
          allowed("asks the chained function", () => direct("lambda:InvokeFunction", source.function)),
          denied("asks another function", () => direct("lambda:InvokeFunction", `${source.function}-2`)),
          denied("changes the chained function", () => direct("lambda:UpdateFunctionCode", source.function)),
        ]
      : [],
  );
}

/** What a reader's own policy decides, of a key that would let it do everything. */
export function readerPart(world: World, name: string, server: SealedServer): Part {
  const { identities, kms, url } = world;
  const documents = [world.policies.readers[name]] as PolicyDocument[];
  const [role = ""] = server.readers;
  const reader = identities.createIdentity(role, documents);
  const asked = { url, key: server.seal.key, pool: POOL_ID };
  const key = kms.createKey({
    region: asked.key.split(":")[3]!,
    spec: SPECS[server.seal.mode],
    policy: ACCOUNT_DECIDES,
  });
  let current = documents as readonly PolicyDocument[];
  const derives = (algorithm: string): Promise<string> => {
    const context = requestContext([["kms:KeyAgreementAlgorithm", algorithm]]);
    const request = { caller: sessionOfRole(role), action: "kms:DeriveSharedSecret", resource: asked.key, context };
    const verdict = evaluateIdentityPolicies(
      current.map((policy) => readPolicy(policy, "identity")),
      request,
    );
    return Promise.resolve(verdict === "allow" ? "allowed" : DENIED);
  };
  return {
    name: `the readers of ${name}`,
    policies: documents,
    // Nothing else is asked for by an algorithm of agreement.
    ...(server.seal.mode === "asymmetric" && { equivalent: ["OpenOwnEnvelopes for kms:*"] }),
    put: (changed) => {
      current = changed;
      identities.setPolicies(role, changed);
    },
    probes: [
      ...openingProbes(server, asked, reader),
      ...openingProbes(server, { ...asked, key }, reader).map(({ ask }) => denied("opens with another key", ask)),
      ...issuingProbes(server, asked, reader).map(({ ask }) => denied("issues", ask)),
      denied("derives by what KMS may one day have", () => derives("X25519")),
    ],
  };
}

export type KeyPart = { readonly parts: readonly Part[]; readonly stop: () => Promise<void> };

/** What a key's policy decides, whatever its account and others allow: somewhere else, with everybody who may ask. */
async function keyPart(
  name: string,
  document: PolicyDocument,
  { mode, region, reader }: { readonly mode: keyof typeof GRANTABLE; readonly region: string; readonly reader: string },
  probes: (asked: Asked, askers: Askers, direct: Direct) => readonly Probe[],
): Promise<KeyPart> {
  const [kms, identities] = [createKms(), createIdentities()];
  const { url, stop } = await serveKms(kms, { identities });
  const spec = mode === "mac" ? "HMAC_256" : SPECS[mode];
  const key = kms.createKey({ region, spec, policy: ACCOUNT_DECIDES });
  const role = (called: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${called}`;
  const askers: Askers = {
    issuer: identities.createIdentity(ISSUER, [EVERYTHING]),
    reader: identities.createIdentity(reader, [EVERYTHING]),
    colleague: identities.createIdentity(role("colleague", reader.split(":")[4]), [EVERYTHING]),
    administrator: identities.createIdentity(role("administrator"), [EVERYTHING]),
    grantee: identities.createIdentity(role("grantee"), []),
    stranger: identities.createIdentity(role("stranger", "999988887777"), [EVERYTHING]),
  };
  const Operations = [...GRANTABLE[mode]];
  const grant = new CreateGrantCommand({ KeyId: key, GranteePrincipal: role("grantee"), Operations });
  await asking({ url, key, pool: POOL_ID })(askers.administrator, grant);
  let current = document;
  const direct: Direct = (action, _, given = []) => {
    const caller = sessionOfRole(action === "kms:GenerateMac" ? ISSUER : reader);
    const context = requestContext([["aws:PrincipalArn", caller.roleArn], ...given]);
    const [keyPolicy, own] = [readPolicy(current, "key"), readPolicy(EVERYTHING, "identity")];
    const access = { keyPolicy, identityPolicies: [own], granted: false, account: ACCOUNT };
    const refusal = refusalOfKey({ caller, action, resource: key, context }, access);
    return Promise.resolve(refusal === null ? "allowed" : DENIED);
  };
  const put: Guarded["put"] = ([changed = document]) => {
    current = changed;
    kms.setKeyPolicy(key, changed);
  };
  const all = probes({ url, key, pool: POOL_ID }, askers, direct);
  const statements = document.Statement as readonly PolicyStatement[];
  const permissions = { ...document, Statement: statements.filter(({ Effect }) => Effect === "Allow") };
  return {
    // Each half holds by itself: what permissions do not give nobody has, and refusals beat even a grant.
    parts: [
      {
        name: `${name}, its permissions`,
        policies: [permissions],
        put,
        probes: all.filter(({ what }) => !what.startsWith("grantee")),
        // Nothing else is asked for by an algorithm of agreement.
        equivalent: ["ReadersDerive for kms:*"],
      },
      { name: `${name}, its refusals`, policies: [document], put, probes: all, changing: "Deny" },
    ],
    stop,
  };
}

export function keyParts({ plan, policies }: World): Promise<readonly KeyPart[]> {
  const sealed = sealedServers(plan).map(([name, server]) => {
    const { seal, readers } = server;
    const place = { mode: seal.mode, region: seal.region ?? HOME, reader: readers[0] ?? "" };
    return keyPart(`the key of ${name}`, policies.keys[name] as PolicyDocument, place, (asked, askers, direct) => [
      ...keyProbes(server, asked, askers),
      denied("reader derives by what KMS may one day have", () =>
        direct("kms:DeriveSharedSecret", asked.key, [["kms:KeyAgreementAlgorithm", "X25519"]]),
      ),
    ]);
  });
  const { pseudonymKey } = policies;
  if (!pseudonymKey) return Promise.all(sealed);
  const place = {
    mode: "mac",
    region: plan.pseudonyms?.region ?? HOME,
    reader: `arn:aws:iam::${ACCOUNT}:role/x`,
  } as const;
  const mac = keyPart("the key of pseudonyms", pseudonymKey as PolicyDocument, place, (asked, askers, direct) => [
    ...macProbes(asked, askers),
    denied("makes a MAC of another kind", () =>
      direct("kms:GenerateMac", asked.key, [["kms:MacAlgorithm", "HMAC_SHA_512"]]),
    ),
  ]);
  return Promise.all([...sealed, mac]);
}
