/** Why a part of the embedded stack does not start. All are for the person at the keyboard to put right. */
export type LocalErrorCode =
  | "PEER_MISSING"
  | "RUNTIME_NOT_BUILT"
  | "FUNCTION_MISSING"
  | "CHAIN_MISSING"
  | "NODE_MISSING"
  | "ENVIRONMENT_RESERVED"
  | "TABLE_MISSING"
  | "TABLE_KEY_UNKNOWN"
  | "ROW_INVALID";

/** What starting the embedded stack throws. Messages name packages, variables, tables and rows by number, never a value. */
export class LocalError extends Error {
  override readonly name = "LocalError";
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
