import { join } from "node:path";
import { applyChange } from "../deploy/attach-apply.ts";
import { DeployError, type DeployErrorCode } from "../deploy/deploy-error.ts";
import type { PoolBackup } from "../deploy/pool-backup.ts";
import { changedFields, isDone, type PoolChange } from "../deploy/pool-change.ts";
import type { PoolPorts } from "../deploy/pool-ports.ts";
import { writtenBack } from "../deploy/pool-settings.ts";
import { lambdaConfigOf, withTrigger } from "../deploy/pool-trigger.ts";
import { type PoolReport, poolReport } from "./formats/pool-report.ts";
import { visible, visibleJson } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { connectPool } from "./pool-connection.ts";

/** How a change to a pool is run. */
export type PoolRun = {
  readonly poolId: string;
  /** Without it everything is read and nothing is written. */
  readonly apply: boolean;
  readonly json: boolean;
  /** The folder backups go to. */
  readonly backups: string;
  /** Reads pool and function, and says what is to be done; null for nothing. */
  readonly plan: (ports: PoolPorts) => Promise<PoolChange | null>;
};

/** Where the caller, this machine or what was found stops it; everything else is AWS's refusal. */
const EXITS: Partial<Record<DeployErrorCode, number>> = {
  FUNCTION_ARN: EXIT.usage,
  BACKUP_INVALID: EXIT.environment,
  AWS_UNREACHABLE: EXIT.environment,
  SETTING_UNKNOWN: EXIT.findings,
  PRE_TOKEN_FOREIGN: EXIT.findings,
  TIER_LITE: EXIT.findings,
  POOL_CHANGED: EXIT.findings,
};

export function poolExit(code: DeployErrorCode): number {
  return EXITS[code] ?? EXIT.refused;
}

/**
 * Plans a change to a pool, shows it field by field and, where that was asked for, carries it out.
 *
 * @throws {CliError} for every way it can fail; with `--json` the report is printed before.
 */
export async function runPoolChange(run: PoolRun, io: Io): Promise<number> {
  const { poolId, apply, json, backups, plan } = run;
  const { ports, close } = await connectPool(poolId);
  let report: PoolReport = {
    ok: true,
    pool: poolId,
    applied: false,
    changes: [],
    writtenBack: [],
    warnings: [],
    backup: null,
    error: null,
  };
  try {
    const change = await plan(ports);
    if (change) report = { ...report, ...told(change) };
    if (change && apply && !isDone(change)) {
      const keep = async (backup: PoolChange["backup"]): Promise<void> => {
        report = { ...report, backup: await kept({ ...backup, made: new Date().toISOString() }, poolId, backups, io) };
      };
      await applyChange(change, ports, keep, (step) => io.say(visible(step)));
      report = { ...report, applied: true };
    }
    io.print(json ? visibleJson(report) : poolReport(report));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    const { code, message } = error;
    if (json) io.print(visibleJson({ ...report, ok: false, error: { code, message } }));
    throw new CliError(poolExit(code), `${code}: ${message}`);
  } finally {
    close();
  }
}

function told(change: PoolChange): Pick<PoolReport, "changes" | "writtenBack" | "warnings"> {
  const { pool, trigger, lambdaConfig, accepted, warnings } = change;
  const triggers = Object.keys(withTrigger(lambdaConfigOf(pool), trigger, null));
  return {
    changes: changedFields(change),
    writtenBack:
      lambdaConfig === null
        ? []
        : [...writtenBack(pool, accepted), ...triggers.map((member) => `LambdaConfig.${member}`)],
    warnings,
  };
}

async function kept(backup: PoolBackup, poolId: string, folder: string, io: Io): Promise<string> {
  const path = join(folder, `${poolId}-${backup.made.replaceAll(/[-:.]/g, "")}.json`);
  try {
    await io.writeFile(path, `${JSON.stringify(backup, null, 2)}\n`);
  } catch {
    throw new CliError(EXIT.environment, `${path}: the backup cannot be written, so nothing was sent`);
  }
  io.say(visible(`backup ${path}`));
  return path;
}
