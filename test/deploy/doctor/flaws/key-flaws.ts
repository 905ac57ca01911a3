import { ACCOUNT, CARE_KEY, ISSUER } from "../../a-deployment.ts";
import { type Doc, policyText } from "../a-clean-pool.ts";
import { at, type Flaw, set } from "./flaw.ts";

const careKey = (pool: Doc): Doc => at(pool, "keys", 0);

type Statement = { Sid: string; Effect: string; Principal: unknown; Action: unknown; Condition?: Doc };

/** The key of care-api with its policy's statements changed. */
function withPolicy(change: (statements: Statement[]) => readonly unknown[], index = 0) {
  return (pool: Doc): unknown => {
    const key = at(pool, "keys", index);
    const { Statement } = JSON.parse(String(at(key, "policy")["Policy"])) as { Statement: Statement[] };
    return set(key, { policy: policyText(...change(Statement)) });
  };
}

const without = (...sids: readonly string[]) =>
  withPolicy((statements) => statements.filter(({ Sid }) => !sids.includes(Sid)));

/** With a role added to those who may open, wherever they are named. */
const andReader = (role: string) =>
  withPolicy((statements) =>
    statements.map((each) => {
      const text = JSON.stringify(each).replaceAll(/"aws:PrincipalArn":\[/g, `"aws:PrincipalArn":["${role}",`);
      return JSON.parse(text) as unknown;
    }),
  );

const root = `arn:aws:iam::${ACCOUNT}:root`;
const somebody = `arn:aws:iam::${ACCOUNT}:role/somebody`;
export const allow = (action: unknown, who: unknown, more: Doc = {}): Doc => ({
  Sid: "Added",
  Effect: "Allow",
  Principal: { AWS: who },
  Action: action,
  Resource: "*",
  ...more,
});

export const KEY_FLAWS: readonly Flaw[] = [
  {
    code: "DR701",
    name: "a key that is to be deleted",
    place: "keys.care-api.metadata.KeyState",
    says: "PendingDeletion",
    spoil: (pool) => set(at(careKey(pool), "metadata"), { KeyState: "PendingDeletion" }),
  },
  {
    code: "DR701",
    name: "a key that is not there",
    place: "keys.care-api",
    says: "no such key",
    spoil: (pool) => set(pool, { keys: [{ arn: CARE_KEY, metadata: null }, ...(pool["keys"] as Doc[]).slice(1)] }),
  },
  {
    code: "DR702",
    name: "a key that is never rotated",
    place: "keys.care-api.rotation",
    says: "off",
    spoil: (pool) => set(careKey(pool), { rotation: { KeyRotationEnabled: false } }),
  },
  {
    code: "DR703",
    name: "a key for signing",
    place: "keys.care-api.metadata.KeySpec",
    says: "of spec RSA_2048; it must be for ENCRYPT_DECRYPT",
    spoil: (pool) => set(at(careKey(pool), "metadata"), { KeyUsage: "SIGN_VERIFY", KeySpec: "RSA_2048" }),
  },
  {
    code: "DR704",
    name: "a reader that the map does not list",
    place: "keys.care-api.policy.ReadersDecrypt",
    says: `${somebody} may kms:Decrypt`,
    spoil: andReader(somebody),
  },
  {
    code: "DR704",
    name: "another maker of pseudonyms",
    place: "keys.pseudonyms.policy.Added",
    says: `${somebody} may kms:GenerateMac`,
    spoil: withPolicy(
      (all) => [...all.filter(({ Sid }) => Sid !== "NobodyElseMakesMacs"), allow("kms:GenerateMac", somebody)],
      2,
    ),
  },
  {
    code: "DR705",
    name: "a trigger that can read what it seals",
    place: "keys.care-api.policy.ReadersDecrypt",
    says: `${ISSUER} may kms:Decrypt`,
    spoil: andReader(ISSUER),
  },
  {
    code: "DR706",
    name: "everything for the account",
    place: "keys.care-api.policy.Added",
    says: `it allows everything to whoever account ${ACCOUNT} lets`,
    spoil: withPolicy((all) => [...all, allow("kms:*", root)]),
  },
  {
    code: "DR707",
    name: "a reader who is not let in",
    place: "keys.care-api.policy",
    says: "role/care-api may not kms:Decrypt",
    spoil: without("ReadersDecrypt"),
  },
  {
    code: "DR708",
    name: "a trigger that is not let in",
    place: "keys.care-api.policy",
    says: "it may not kms:GenerateDataKey",
    spoil: without("IssuerMakesDataKeys"),
  },
  {
    code: "DR709",
    name: "somebody else who seals",
    place: "keys.care-api.policy.Added",
    says: `${somebody} may kms:GenerateDataKey and kms:Encrypt`,
    spoil: withPolicy((all) => [...all, allow(["kms:GenerateDataKey", "kms:Encrypt"], somebody)]),
  },
  {
    code: "DR710",
    name: "a grant that a policy denies to be of use",
    place: "keys.care-api.grants.old",
    says: `${somebody} is granted Decrypt`,
    spoil: (pool) =>
      set(careKey(pool), { grants: [{ Name: "old", GranteePrincipal: somebody, Operations: ["Decrypt"] }] }),
  },
  {
    code: "DR711",
    name: "somebody who may make grants",
    place: "keys.care-api.policy.Added",
    says: `${somebody} may kms:CreateGrant`,
    spoil: withPolicy((all) => [
      ...all.filter(({ Sid }) => Sid !== "NobodyPassesItOn"),
      allow("kms:CreateGrant", somebody),
    ]),
  },
  {
    code: "DR712",
    name: "readers under any audience",
    place: "keys.care-api.policy.ReadersDecrypt",
    says: "kms:EncryptionContext:claimseal:aud",
    spoil: withPolicy((all) =>
      all.map((each) =>
        each.Sid === "ReadersDecrypt" ? { ...each, Condition: { ArnEquals: each.Condition?.["ArnEquals"] } } : each,
      ),
    ),
  },
  {
    code: "DR713",
    name: "a policy that lacks a denial",
    place: "keys.care-api.policy",
    says: "it lacks NobodyPassesItOn",
    spoil: without("NobodyPassesItOn"),
  },
  {
    code: "DR713",
    name: "a policy that has a statement more",
    place: "keys.care-api.policy",
    says: "it has beside it Added",
    spoil: withPolicy((all) => [...all, allow("kms:DescribeKey", somebody)]),
  },
];
