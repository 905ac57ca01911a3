import type { Code } from "./codes.ts";
import { type Examined, ofBound, ofPart } from "./examined.ts";
import { keyPolicyChecks } from "./key-policy-checks.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import { policyStatements } from "./policy-statements.ts";
import type { ExportedKey } from "./pool-export.ts";
import { type KeyUse, type UsedKey, usedKeys, useOf } from "./used-stores.ts";

const OF_KEY: readonly Code[] = ["DR701", "DR703"];
/** A grant may open as well. */
const OF_GRANTS: readonly Code[] = ["DR704", "DR705", "DR710"];
const OF_POLICY: readonly Code[] = ["DR704", "DR705", "DR706", "DR707", "DR708", "DR709", "DR711", "DR712", "DR713"];
const CODES: readonly Code[] = [...OF_KEY, "DR702", ...OF_POLICY, "DR710"];

/** DR7xx: the keys that the map seals and makes pseudonyms with. */
export function keyChecks(examined: Examined): readonly Outcome[] {
  return ofBound(examined, CODES, (bound) =>
    usedKeys(bound).flatMap((used) => {
      const key = examined.pool.keys?.find(({ arn }) => arn === used.arn);
      const place = ["keys", used.name];
      return key === undefined
        ? [unchecked(CODES, place, "it is not in the export")]
        : ofKey(examined, key, used, place);
    }),
  );
}

type Metadata = NonNullable<ExportedKey["metadata"]>;

function ofKey(examined: Examined, key: ExportedKey, used: UsedKey, place: readonly string[]): readonly Outcome[] {
  const part = <T>(
    name: string,
    value: T | undefined,
    codes: readonly Code[],
    check: (value: T) => readonly Outcome[],
  ): readonly Outcome[] => ofPart(examined, `keys.${used.arn}.${name}`, value, codes, check, [...place, name]);
  if (key.metadata === null) return [found("DR701", place, "there is no such key")];
  return [
    ...part("metadata", key.metadata, OF_KEY, (metadata) => [
      ...state(metadata, place),
      ...kind(metadata, useOf(used), place),
    ]),
    ...(isRotatable(key.metadata, useOf(used))
      ? part("rotation", key.rotation, ["DR702"], ({ KeyRotationEnabled }) =>
          KeyRotationEnabled === true ? [] : [found("DR702", [...place, "rotation"], "automatic rotation is off")],
        )
      : []),
    ...part("policy", key.policy, OF_POLICY, ({ Policy = "" }) => {
      const at = [...place, "policy"];
      const statements = policyStatements(Policy);
      if (statements === null) return [unchecked(OF_POLICY, at, "it is not a policy")];
      return keyPolicyChecks(examined, { used, statements, grants: key.grants ?? [], place: at });
    }),
    ...part("grants", key.grants, OF_GRANTS, (grants) =>
      grants.map(({ Name, GranteePrincipal = "somebody", Operations = [] }, index) => {
        const at = [...place, "grants", Name || `grant ${index + 1}`];
        return found("DR710", at, `${GranteePrincipal} is granted ${Operations.join(", ")}`);
      }),
    ),
  ];
}

function state({ KeyState = "unknown" }: Metadata, place: readonly string[]): readonly Outcome[] {
  return KeyState === "Enabled" ? [] : [found("DR701", [...place, "metadata", "KeyState"], `it is ${KeyState}`)];
}

const KINDS: { readonly [use in KeyUse]: readonly [usage: string, spec: string] } = {
  envelope: ["ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"],
  direct: ["ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"],
  asymmetric: ["KEY_AGREEMENT", "ECC_NIST_P256"],
  pseudonyms: ["GENERATE_VERIFY_MAC", "HMAC_256"],
};

function kind({ KeyUsage, KeySpec }: Metadata, use: KeyUse, place: readonly string[]): readonly Outcome[] {
  const [usage, spec] = KINDS[use];
  if (KeyUsage === usage && KeySpec === spec) return [];
  const is = `it is for ${KeyUsage ?? "an unknown use"}, of spec ${KeySpec ?? "unknown"}`;
  return [found("DR703", [...place, "metadata", "KeySpec"], `${is}; it must be for ${usage}, of spec ${spec}`)];
}

/** KMS rotates symmetric keys of its own making, and no others. */
function isRotatable(metadata: Metadata | undefined, use: KeyUse): boolean {
  const isSymmetric = use === "envelope" || use === "direct";
  return isSymmetric && (metadata?.Origin ?? "AWS_KMS") === "AWS_KMS";
}
