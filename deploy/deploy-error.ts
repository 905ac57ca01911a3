import type { AttachCode } from "./attach-codes.ts";
import type { CdkCode } from "./cdk-codes.ts";

export type DeployErrorCode =
  | AttachCode
  | CdkCode
  | "NAMES_TOO_ALIKE"
  | "TABLE_KEYS_DIFFER"
  | "KEY_SHARED"
  | "READER_VARIABLE"
  | "UNRESOLVED"
  | "EXPORT_MALFORMED";

/** Everything `deploy/` throws. Switch on `code`; `message` names places of the map, never what stands there. */
export class DeployError extends Error {
  override readonly name = "DeployError";
  readonly code: DeployErrorCode;

  constructor(code: DeployErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
