import type { ChangedField, PoolWarning } from "../../deploy/pool-change.ts";
import { visible } from "./visible.ts";

/** What attach, detach and --undo did or would do: what `--json` prints. Names everywhere, never an ARN or a value. */
export type PoolReport = {
  readonly ok: boolean;
  readonly pool: string;
  /** Whether anything was sent to AWS and is in place. */
  readonly applied: boolean;
  /** What changes; nothing else does. */
  readonly changes: readonly ChangedField[];
  /** Settings and other triggers that are sent as they are, because Cognito resets what is left out. */
  readonly writtenBack: readonly string[];
  readonly warnings: readonly PoolWarning[];
  /** The file that --undo takes. */
  readonly backup: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
};

/** A report for people. */
export function poolReport({ pool, applied, changes, writtenBack, warnings, backup }: PoolReport): string {
  const width = Math.max(0, ...changes.map(({ field }) => field.length));
  const lines =
    changes.length === 0
      ? [`pool ${pool}: nothing to change`]
      : [
          `pool ${pool}`,
          ...changes.map(({ field, before, after }) => `  ${field.padEnd(width)}  ${before ?? "-"} -> ${after ?? "-"}`),
          ...(writtenBack.length > 0 ? [`written back as they are: ${writtenBack.join(", ")}`] : []),
        ];
  const end = applied
    ? [`done; this takes it back: claimseal attach --undo ${backup} --apply`]
    : changes.length > 0
      ? ["nothing was sent; --apply does it"]
      : [];
  return visible([...lines, ...warnings.map(({ code, message }) => `warning ${code}: ${message}`), ...end].join("\n"));
}
