/** Who sent a request: a session of a role, as every principal of the embedded stack is. */
export type Caller = {
  readonly account: string;
  /** `arn:aws:iam::ACCOUNT:role/NAME`, path included: what policies name, and the value of `aws:PrincipalArn`. */
  readonly roleArn: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`: what AWS's refusals name. */
  readonly sessionArn: string;
};

/**
 * The caller that has taken on a role.
 *
 * @throws {TypeError} for what is not the ARN of a role.
 */
export function sessionOfRole(roleArn: string, sessionName: string = "local"): Caller {
  const [, partition, account, name] =
    /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/.exec(roleArn) ?? [];
  if (account === undefined) throw new TypeError("an identity needs the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME");
  return { account, roleArn, sessionArn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}` };
}
