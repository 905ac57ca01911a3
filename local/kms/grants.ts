import { randomBytes } from "node:crypto";
import { KmsError } from "./error.ts";
import { type Grant, grantable } from "./grant.ts";
import { invalid } from "./input.ts";
import { changeKey, notPendingDeletion } from "./keys.ts";
import { boolean, context, type Fields, fields, readMembers, text, texts } from "./members.ts";
import { namedKey, type Operation, operation, required, unlessDryRun } from "./operation.ts";

/** Passing on the right to use a key, and taking it back. */
export const grants: Readonly<Record<string, Operation>> = {
  CreateGrant: operation(
    {
      KeyId: text,
      GranteePrincipal: text,
      Operations: texts,
      Constraints: fields,
      Name: text,
      DryRun: boolean,
    },
    (call, { KeyId, GranteePrincipal, Operations, Constraints, Name: name, DryRun }) => {
      const grantee = required(GranteePrincipal, "granteePrincipal");
      const operations = required(Operations, "operations");
      const stranger = operations.find((each) => !grantable.has(each));
      if (stranger !== undefined) {
        throw invalid(
          `Value '${stranger}' at 'operations'`,
          "Member must be an operation that is emulated and can be granted",
        );
      }
      const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = readMembers(Constraints ?? {}, {
        EncryptionContextSubset: context,
        EncryptionContextEquals: context,
      });
      const key = notPendingDeletion(
        namedKey(call, KeyId, {
          conditions: {
            "kms:GranteePrincipal": grantee,
            "kms:GrantOperations": operations,
            "kms:GrantIsForAWSResource": "false",
          },
        }),
      );
      const id = randomBytes(32).toString("hex");
      const grant: Grant = { id, grantee, operations, createdAt: new Date(call.ring.now()), name, subset, equals };
      const answer = unlessDryRun(DryRun, { GrantId: id, GrantToken: randomBytes(60).toString("base64") });
      changeKey(call.ring, key.arn, { grants: [...key.grants, grant] });
      return answer;
    },
  ),

  ListGrants: operation({ KeyId: text, GrantId: text, GranteePrincipal: text }, (call, input) => {
    const key = namedKey(call, input.KeyId);
    const listed = key.grants.filter(
      ({ id, grantee }) =>
        (input.GrantId === undefined || input.GrantId === id) &&
        (input.GranteePrincipal === undefined || input.GranteePrincipal === grantee),
    );
    return { Grants: listed.map((grant) => described(key.arn, grant)), Truncated: false };
  }),

  RevokeGrant: operation({ KeyId: text, GrantId: text, DryRun: boolean }, (call, { KeyId, GrantId, DryRun }) => {
    const key = namedKey(call, KeyId);
    const left = key.grants.filter(({ id }) => id !== GrantId);
    if (left.length === key.grants.length) throw new KmsError("NotFoundException", "Grant ID not found");
    unlessDryRun(DryRun, undefined);
    changeKey(call.ring, key.arn, { grants: left });
    return {};
  }),
};

function described(KeyId: string, { id, grantee, operations, createdAt, name, subset, equals }: Grant): Fields {
  return {
    KeyId,
    GrantId: id,
    ...(name !== undefined && { Name: name }),
    CreationDate: createdAt,
    GranteePrincipal: grantee,
    Operations: operations,
    ...((subset ?? equals) !== undefined && {
      Constraints: {
        ...(subset !== undefined && { EncryptionContextSubset: subset }),
        ...(equals !== undefined && { EncryptionContextEquals: equals }),
      },
    }),
  };
}
