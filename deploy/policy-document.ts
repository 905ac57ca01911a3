import type { JsonValue } from "../cognito/json.ts";

/** A part of a CloudFormation template: plain JSON, intrinsic functions (`Ref`, `Fn::Sub`, ...) included. */
export type TemplateValue = JsonValue;

/** Operator to condition key to what it is compared with. Several of each must all hold. */
export type Conditions = { readonly [operator: string]: { readonly [key: string]: TemplateValue } };

/** One statement of an identity policy. */
export type Statement = {
  /** Letters and digits only: the alphabet IAM leaves for it. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: TemplateValue;
  readonly Condition?: Conditions;
};

/** One statement of a key policy: for somebody, and about the key it is attached to. */
export type KeyStatement = Statement & {
  readonly Principal: "*" | { readonly AWS: TemplateValue };
  /** In a key policy this is the key itself, and the only value there can be. */
  readonly Resource: "*";
};

/** An IAM policy. Without this version, policy variables such as `${*}` would be read as plain text. */
export type PolicyDocument<S extends Statement = Statement> = {
  readonly Version: "2012-10-17";
  readonly Statement: readonly S[];
};
