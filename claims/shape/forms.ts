import { PUBLIC_KEY_TEXT } from "../public-key.ts";
import type { Form } from "./shape.ts";

/** AWS regions of every partition, `us-gov-west-1` and `eusc-de-east-1` among them. */
export const REGION: Form = {
  pattern: /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/,
  is: "an AWS region",
  example: "eu-central-1",
};

/** DynamoDB API reference, `TableName`; an ARN would hide the region that the map states. */
export const TABLE: Form = { pattern: /^[A-Za-z0-9_.-]{3,255}$/, is: "a DynamoDB table's name", example: "staff" };

/** Keys by ARN or alias; a bare key id would mean another key in another account. */
export const KMS_KEY: Form = {
  pattern: /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[A-Za-z0-9/_-]+|alias\/[A-Za-z0-9/_-]+)$/,
  is: "a KMS key's ARN",
  example: "arn:aws:kms:eu-central-1:111122223333:key/care",
};

/** What seals for a resource server: a key of KMS, or the public half of one that its readers hold themselves. */
export const SEAL_KEY: Form = {
  ...KMS_KEY,
  pattern: new RegExp(`${KMS_KEY.pattern.source}|${PUBLIC_KEY_TEXT.source}`),
};

/** A P-256 public key as KMS answers it: SubjectPublicKeyInfo (RFC 5480) with an uncompressed point, in base64. */
export const PUBLIC_KEY: Form = {
  pattern: PUBLIC_KEY_TEXT,
  is: "a P-256 public key",
  example:
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEweNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF/PxMR7yWcI74CVK1P40lVf5yuEHtBFiGKLHTeKWUk5UA7JyQ==",
  made: "what `aws kms get-public-key --query PublicKey --output text` prints",
};

/** IAM user guide, "IAM identifiers". */
export const ROLE: Form = {
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[A-Za-z0-9+=,.@_/-]+$/,
  is: "an IAM role's ARN",
  example: "arn:aws:iam::111122223333:role/care-api",
};

/** Cognito API reference, `ClientId`. */
export const CLIENT: Form = {
  pattern: /^(?:\*|[A-Za-z0-9_+]{1,128})$/,
  is: "an app client's id",
  example: "1example23456789",
  made: 'letters and digits, or `"*"` for every client',
};

/** Cognito API reference, `CreateResourceServer`: a scope token (RFC 6749, section 3.3) that may hold slashes. */
export const IDENTIFIER: Form = {
  pattern: /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/,
  is: "a resource server's identifier",
  example: "care-api",
  made: "printable ASCII without blanks, quotes and backslashes",
};

/** Cognito API reference, `ResourceServerScopeType`: a slash would end the identifier in front of it. */
export const SCOPE_NAME: Form = {
  pattern: /^[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]{1,256}$/,
  is: "a scope's own name",
  example: "chart.read",
  made: "printable ASCII without blanks, quotes, backslashes and slashes",
};

/** RFC 6749, section 3.3: `scope-token`. */
export const SCOPE: Form = {
  pattern: /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/,
  is: "a scope",
  example: "care-api/chart.read",
  made: "printable ASCII without blanks, quotes and backslashes",
};

/** Half of `cmv: NAME@REVISION`, so no `@`. */
export const MAP_NAME: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  is: "a map's name",
  example: "clinic-eu",
  made: "letters, digits, `.`, `_` and `-`, at most 64",
};

export const REVISION: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}$/,
  is: "a revision",
  example: "2026-11-22.1",
  made: "letters, digits, `.`, `_`, `:`, `+` and `-`, at most 64",
};

/** An AWS Lambda function, by its ARN: a name alone would mean another one in another account. */
export const FUNCTION: Form = {
  pattern: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]{1,128})?$/,
  is: "a Lambda function's ARN",
  example: "arn:aws:lambda:eu-central-1:111122223333:function:pre-token",
};

/** DynamoDB API reference, `IndexName`. */
export const INDEX: Form = { pattern: /^[A-Za-z0-9_.-]{3,255}$/, is: "an index's name", example: "by-person" };

/** A source in code is looked up among the exports of a module. */
export const HOOK: Form = { pattern: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/, is: "a hook's name", example: "entitlements" };

/** How old a row may be: whole seconds, minutes or hours. */
export const DURATION: Form = {
  pattern: /^[1-9]\d{0,5}(?:s|m|h)$/,
  is: "a length of time",
  example: "60s",
  made: "a whole number and `s`, `m` or `h`",
};

/** RFC 3339, section 5.6, `full-date`. */
export const DATE: Form = {
  pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  is: "a date",
  example: "2027-06-30",
};

/** The end of a refusal code, behind `MAP_`. */
export const REFUSAL_CODE: Form = {
  pattern: /^[A-Z][A-Z0-9_]{0,39}$/,
  is: "a refusal code",
  example: "SUSPENDED",
  made: "capitals, digits and `_`, at most 40",
};

/** A name that an expression writes behind a dot. */
export const NAME: Form = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
  is: "a name",
  example: "region",
  made: "letters, digits and `_`, at most 64",
};

/** What Cognito hands over and a map may read. */
export const INPUT: Form = {
  pattern: /^(?:user|client\.metadata)\.\S+$/,
  is: "`user.ATTRIBUTE` or `client.metadata.KEY`",
  example: "user.email",
  prefix: "user.",
};

/** What identity providers call what they send: anything, URIs too. */
export const SENT: Form = { pattern: /^.{1,255}$/su, is: "an attribute's name", example: "email" };

/** Cognito API reference, `CreateIdentityProvider`: 1 to 32 characters. */
export const PROVIDER: Form = { pattern: /^.{1,32}$/su, is: "an identity provider's name", example: "CorporateSaml" };

/** DynamoDB developer guide, "Naming rules": attribute names have at least one character. */
export const ATTRIBUTE: Form = { pattern: /^.{1,255}$/su, is: "an attribute's name", example: "pk" };
