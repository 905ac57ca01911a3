import { type Fields, isFields, isNothing, own } from "../cognito/own-fields.ts";
import { DeployError } from "./deploy-error.ts";
import { FIXED, PASSING, SETTINGS, type Shape } from "./pool-model.ts";

/**
 * The body of an `UpdateUserPool` that leaves a pool as it is but for its triggers: every setting the description has,
 * because one that is left out goes back to its default.
 *
 * One is left out on purpose. Cognito tells how long a temporary password lasts twice, and takes it once: beside
 * `TemporaryPasswordValidityDays` it refuses `UnusedAccountValidityDays`.
 */
export function updateOf(pool: Fields, lambdaConfig: Fields, accepted: readonly string[]): Fields {
  const settings = Object.fromEntries(writtenBack(pool, accepted).map((name) => [name, own(pool, name)]));
  return {
    UserPoolId: own(pool, "Id"),
    PoolName: own(pool, "Name"),
    ...(withoutNulls(withoutDoubles(settings)) as Fields),
    // There even when it is empty: what has to go goes because something else is said.
    LambdaConfig: lambdaConfig,
  };
}

/** The settings of a pool that go back as they are, by name. */
export function writtenBack(pool: Fields, accepted: readonly string[]): readonly string[] {
  return Object.keys(pool).filter(
    (name) =>
      !isNothing(pool[name]) &&
      name !== "LambdaConfig" &&
      (Object.hasOwn(SETTINGS, name) || (accepted.includes(name) && ![...FIXED, ...PASSING].includes(name))),
  );
}

/** A description without what another of its settings says as well. */
export function withoutDoubles(pool: Fields): Fields {
  const admin = own(pool, "AdminCreateUserConfig");
  const isToldTwice = !isNothing(at(pool, "Policies", "PasswordPolicy", "TemporaryPasswordValidityDays"));
  if (!isFields(admin) || !isToldTwice) return pool;
  const { UnusedAccountValidityDays: _, ...rest } = admin;
  return { ...pool, AdminCreateUserConfig: rest };
}

/**
 * Stops before anything is written where the pool has a setting that is not in the model: Cognito got it after this
 * version was made, and nobody here knows whether an update would reset it.
 *
 * @param accepted Settings that are known to be harmless to write back, by the names the message gives.
 * @throws {DeployError} `SETTING_UNKNOWN`, with their names.
 */
export function refuseUnknown(pool: Fields, accepted: readonly string[]): void {
  const known: { readonly [name: string]: Shape } = {
    ...SETTINGS,
    ...Object.fromEntries([...FIXED, ...PASSING].map((name) => [name, "value" as const])),
  };
  const names = strangers(pool, known, "").filter((name) => !accepted.includes(name));
  if (names.length === 0) return;
  throw new DeployError(
    "SETTING_UNKNOWN",
    `this version does not know ${names.join(", ")} of the pool; a newer one may, or --write-back NAME sends it as it is`,
  );
}

function strangers(value: unknown, shape: Shape, path: string): readonly string[] {
  if (shape === "value" || isNothing(value)) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => strangers(each, shape, path)))];
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = own(shape, name) ?? own(shape, "*");
    const place = Object.hasOwn(shape, "*") ? `${path}*` : `${path}${name}`;
    if (isNothing(member)) return [];
    return known === undefined ? [place] : strangers(member, known as Shape, `${place}.`);
  });
}

function at(holder: unknown, ...path: readonly string[]): unknown {
  return path.reduce((each, name) => (isFields(each) ? own(each, name) : undefined), holder);
}

/** A null of a description says that nothing is there; sent back, it might say something else. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !isNothing(member))
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}
