import type { Code } from "./codes.ts";
import { type Examined, isForPeople, notRead, ofPart, ofPlan } from "./examined.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import type { PoolExport } from "./pool-export.ts";

type Pool = NonNullable<PoolExport["userPool"]>;

/** DR401, DR402, DR405, DR407: how people are named, and what the pool holds of them. */
export function peopleChecks(examined: Examined): readonly Outcome[] {
  const codes: readonly Code[] = ["DR401", "DR402", "DR405", "DR407"];
  return ofPart(examined, "userPool", examined.pool.userPool, codes, (pool) => [
    ...usernames(examined, pool),
    ...verification(pool),
    ...schema(examined, pool),
  ]);
}

function usernames({ plan }: Examined, { UsernameAttributes = [], AliasAttributes = [] }: Pool): readonly Outcome[] {
  if (UsernameAttributes.length > 0 || !isForPeople(plan)) return [];
  const aliases = AliasAttributes.length > 0 ? `, with ${AliasAttributes.join(" and ")} beside it` : "";
  const reason = `people sign in with a username of their own${aliases}`;
  return [found(plan?.usernames === "opaque" ? "DR401" : "DR402", ["userPool", "UsernameAttributes"], reason)];
}

/** Attributes that Cognito can verify. */
const VERIFIABLE: readonly string[] = ["email", "phone_number"];

function verification(pool: Pool): readonly Outcome[] {
  const { AutoVerifiedAttributes = [], UsernameAttributes = [], AliasAttributes = [] } = pool;
  const used = new Set([...AutoVerifiedAttributes, ...UsernameAttributes, ...AliasAttributes]);
  const held = pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const place = ["userPool", "UserAttributeUpdateSettings", "AttributesRequireVerificationBeforeUpdate"];
  return VERIFIABLE.filter((name) => used.has(name) && !held.includes(name)).map((name) =>
    found("DR405", place, `${name} is not listed`),
  );
}

function schema(examined: Examined, { SchemaAttributes }: Pool): readonly Outcome[] {
  return ofPlan(examined, ["DR407"], ({ inputs }) => {
    const place = ["userPool", "SchemaAttributes"];
    const custom = Object.keys(inputs.user).filter((name) => /^(dev:)?custom:/.test(name));
    if (custom.length === 0) return [];
    if (SchemaAttributes === undefined) return [unchecked(["DR407"], place, notRead(examined, place.join(".")))];
    const declared = new Set(SchemaAttributes.map(({ Name = "" }) => Name));
    return custom
      .filter((name) => !declared.has(name) && !declared.has(name.replace(/^.*custom:/, "")))
      .map((name) => found("DR407", place, `${name} is not declared`));
  });
}
