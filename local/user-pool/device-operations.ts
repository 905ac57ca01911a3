import type { Fields } from "../../cognito/own-fields.ts";
import { readAccessToken, selfServiceUser } from "./access-token.ts";
import { describeDevice } from "./api-answers.ts";
import { optionalText, requiredFields, requiredText } from "./api-input.ts";
import { type Devices, invalidDeviceKey } from "./devices.ts";
import { UserPoolError } from "./error.ts";
import { toNumber } from "./srp.ts";
import type { UserPool } from "./user-pool.ts";

/** ConfirmDevice, with the access token of the sign-in that was told the key. Assumed: device-of-token. */
export async function confirmDevice(pool: UserPool, input: Fields): Promise<object> {
  const accessToken = requiredText(input, "AccessToken");
  const { username } = await selfServiceUser(pool, accessToken);
  const key = requiredText(input, "DeviceKey");
  const config = requiredFields(input, "DeviceSecretVerifierConfig");
  const [salt, verifier] = [requiredText(config, "Salt"), requiredText(config, "PasswordVerifier")];
  const { deviceKey } = await readAccessToken(pool, accessToken);
  if (deviceKey !== key) throw invalidDeviceKey();
  devicesOf(pool).confirm(username, key, {
    name: optionalText(input, "DeviceName") ?? null,
    verifier: { salt: toNumber(Buffer.from(salt, "base64")), verifier: toNumber(Buffer.from(verifier, "base64")) },
  });
  return { UserConfirmationNecessary: false };
}

/** ForgetDevice. Tokens of its sign-ins stay as they are. */
export async function forgetDevice(pool: UserPool, input: Fields): Promise<object> {
  const { username } = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  devicesOf(pool).forget(username, requiredText(input, "DeviceKey"));
  return {};
}

/** ListDevices, all of them on one page. */
export async function listDevices(pool: UserPool, input: Fields): Promise<object> {
  const { username } = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  return { Devices: devicesOf(pool).list(username).map(describeDevice) };
}

/** AdminGetDevice. */
export function adminGetDevice(pool: UserPool, input: Fields): object {
  const { username } = pool.directory.get(requiredText(input, "Username"));
  return { Device: describeDevice(devicesOf(pool).get(username, requiredText(input, "DeviceKey"))) };
}

function devicesOf({ devices }: UserPool): Devices {
  if (devices !== null) return devices;
  throw new UserPoolError("InvalidParameterException", "Device tracking is not enabled for the user pool.");
}
