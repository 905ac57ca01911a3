import { randomBytes, randomUUID } from "node:crypto";
import { keep } from "./bounded-map.ts";
import { UserPoolError } from "./error.ts";
import type { SrpVerifier } from "./srp.ts";

/** What a sign-in on a device that is not remembered is told: names under which it can ask to be. */
export type NewDevice = { readonly key: string; readonly groupKey: string };

/** A device that is remembered, by a secret of its own. */
export type Device = NewDevice & {
  readonly verifier: SrpVerifier;
  readonly name: string | null;
  readonly createdMs: number;
  readonly modifiedMs: number;
};

/** The devices of a pool's people. */
export type Devices = {
  /** Names a device, which waits to be confirmed. */
  readonly issue: (username: string) => NewDevice;
  /** @throws {UserPoolError} `InvalidParameterException` for a key that this person was not given, `DeviceKeyExistsException`. */
  readonly confirm: (username: string, key: string, confirmed: Pick<Device, "verifier" | "name">) => void;
  /** A confirmed one. @throws {UserPoolError} `ResourceNotFoundException`. */
  readonly get: (username: string, key: string) => Device;
  /** @throws {UserPoolError} `ResourceNotFoundException`. */
  readonly forget: (username: string, key: string) => void;
  /** The confirmed ones, in the order in which they were named. */
  readonly list: (username: string) => readonly Device[];
};

type Entry = { readonly username: string; readonly device: NewDevice | Device };

/** No devices yet. Keys begin with the region, as Cognito's do. Assumed: device-texts. */
export function createDevices(region: string, now: () => number): Devices {
  const entries = new Map<string, Entry>();
  const get = (username: string, key: string): Device => {
    const entry = entries.get(key);
    if (entry?.username === username && isConfirmed(entry.device)) return entry.device;
    throw new UserPoolError("ResourceNotFoundException", "Device does not exist.");
  };
  return {
    issue: (username) => {
      const device = { key: `${region}_${randomUUID()}`, groupKey: `-${randomBytes(6).toString("base64url")}` };
      keep(entries, device.key, { username, device });
      return device;
    },
    confirm: (username, key, confirmed) => {
      const entry = entries.get(key);
      if (entry?.username !== username) throw invalidDeviceKey();
      if (isConfirmed(entry.device)) {
        throw new UserPoolError("DeviceKeyExistsException", "The device was confirmed before.");
      }
      const time = now();
      entries.set(key, { username, device: { ...entry.device, ...confirmed, createdMs: time, modifiedMs: time } });
    },
    get,
    forget: (username, key) => {
      entries.delete(get(username, key).key);
    },
    list: (username) =>
      [...entries.values()].flatMap(({ username: owner, device }) =>
        owner === username && isConfirmed(device) ? [device] : [],
      ),
  };
}

/** The refusal of a key that is not the one of the sign-in. */
export function invalidDeviceKey(): UserPoolError {
  return new UserPoolError("InvalidParameterException", "Invalid device key given.");
}

function isConfirmed(device: NewDevice | Device): device is Device {
  return "verifier" in device;
}
