import { KmsError } from "./error.ts";
import { findKey } from "./find-key.ts";
import type { Alias, KmsKey } from "./keys.ts";
import { type Fields, text } from "./members.ts";
import { allowedKey, allowInAccount, type Call, type Operation, operation, required } from "./operation.ts";

const pair = { AliasName: text, TargetKeyId: text };

/** Names for keys, which can be turned to another key. Assumed: aliases-settle-at-once. */
export const aliases: Readonly<Record<string, Operation>> = {
  CreateAlias: operation(pair, (call, { AliasName, TargetKeyId }) => {
    const arn = aliasArn(call, AliasName);
    const key = allowedTarget(call, arn, TargetKeyId);
    if (call.ring.aliases.has(arn)) {
      throw new KmsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
    }
    const now = new Date(call.ring.now());
    call.ring.aliases.set(arn, { target: key.arn, createdAt: now, updatedAt: now });
    return {};
  }),

  UpdateAlias: operation(pair, (call, { AliasName, TargetKeyId }) => {
    const arn = aliasArn(call, AliasName);
    const alias = existing(call, arn);
    // UpdateAlias needs the permission on both keys (KMS API, UpdateAlias).
    const before = allowedTarget(call, arn, alias.target);
    const key = allowedTarget(call, arn, TargetKeyId);
    if (key.spec !== before.spec) {
      throw new KmsError("ValidationException", `Alias ${arn} cannot change to a KMS key of another kind.`);
    }
    call.ring.aliases.set(arn, { ...alias, target: key.arn, updatedAt: new Date(call.ring.now()) });
    return {};
  }),

  DeleteAlias: operation({ AliasName: text }, (call, { AliasName }) => {
    const arn = aliasArn(call, AliasName);
    allowedTarget(call, arn, existing(call, arn).target);
    call.ring.aliases.delete(arn);
    return {};
  }),

  ListAliases: operation({ KeyId: text }, (call, { KeyId }) => {
    allowInAccount(call);
    const wanted = KeyId === undefined ? undefined : findKey(call.ring, call.region, KeyId).arn;
    const listed = [...call.ring.aliases].filter(
      ([arn, { target }]) => arn.startsWith(home(call)) && (wanted === undefined || target === wanted),
    );
    return { Aliases: listed.map(([arn, alias]) => described(arn, alias)), Truncated: false };
  }),
};

function described(arn: string, { target, createdAt, updatedAt }: Alias): Fields {
  return {
    AliasName: arn.replace(/^.*:/, ""),
    AliasArn: arn,
    TargetKeyId: target.replace(/^.*\//, ""),
    CreationDate: createdAt,
    LastUpdatedDate: updatedAt,
  };
}

/** Whoever changes an alias needs the permission twice: for the alias by an own policy, for the key as for any use. */
function allowedTarget(call: Call, arn: string, name: string | undefined): KmsKey {
  allowInAccount(call, arn);
  return allowedKey(call, findKey(call.ring, call.region, required(name, "targetKeyId")), {});
}

function existing({ ring }: Call, arn: string): Alias {
  const alias = ring.aliases.get(arn);
  if (alias === undefined) throw new KmsError("NotFoundException", `Alias ${arn} is not found.`);
  return alias;
}

function aliasArn(call: Call, name: string | undefined): string {
  const alias = required(name, "aliasName");
  if (!/^alias\/[\w/-]{1,250}$/.test(alias) || alias.startsWith("alias/aws/")) {
    throw new KmsError(
      "InvalidAliasNameException",
      'Alias must start with the prefix "alias/", and not with "alias/aws/"',
    );
  }
  return `${home(call)}${alias}`;
}

function home({ region, account }: Call): string {
  return `arn:aws:kms:${region}:${account}:`;
}
