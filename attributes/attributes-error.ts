/** Codes of `attributes/`. */
export type AttributesCode =
  /** The map has no source of that name. */
  | "SOURCE_UNKNOWN"
  /** It is in no table, or read through an index: its rows are not written by their own key. */
  | "SOURCE_ELSEWHERE"
  /** Something else depends on rows that would go, and nobody said what becomes of it. */
  | "SOURCE_UNDECIDED"
  /** What was said of the subject is not what the map declares, or nothing is built from it. */
  | "SUBJECT_INVALID"
  /** A key is built from something that was not said and cannot be found. */
  | "KEY_UNKNOWN"
  /** A key cannot be told from another subject's, or breaks the map's declaration. */
  | "KEY_INVALID"
  /** Values break their declarations, or are not declared. */
  | "VALUE_INVALID"
  /** There is a row already, and there was to be none. */
  | "ROW_PRESENT"
  /** There is no row, and there was to be one. */
  | "ROW_MISSING"
  /** Somebody else wrote the row in the meantime. */
  | "ROW_CHANGED"
  /** DynamoDB takes no such row: it is too large, or an index has no place for it. */
  | "ROW_REFUSED"
  /** That is no place to go on from. */
  | "PAGE_INVALID"
  /** Another import of the same file is under way. */
  | "IMPORT_RUNNING"
  /** No permission, no such table. */
  | "AWS_REFUSED"
  | "AWS_UNREACHABLE";

/** What is wrong with one attribute: what was expected, and the shape of what came. Never a value. */
export type ValueProblem = {
  /** Null where it is about the row as a whole, and where what stands there looks like no name. */
  readonly attribute: string | null;
  readonly problem: string;
};

const BRAND = Symbol.for("claimseal.AttributesError");

/** Everything `claimseal/attributes` throws of its own. Switch on `code`; `message` names, and never holds a value. */
export class AttributesError extends Error {
  override readonly name = "AttributesError";
  readonly code: AttributesCode;
  /** Everything that is wrong with the values or the key, where it is about them. */
  readonly problems: readonly ValueProblem[];

  constructor(code: AttributesCode, message: string, problems: readonly ValueProblem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether an error is one of `AttributesError`, whichever copy of this package threw it. */
export function isAttributesError(error: unknown): error is AttributesError {
  return typeof error === "object" && error !== null && BRAND in error;
}
