import { KmsError, type KmsErrorCode } from "./error.ts";

/** What to do wrong, until told otherwise. */
export type KmsFaults = {
  /** Of this operation only. */
  readonly operation?: string;
  /** Of requests that find this key only. */
  readonly keyArn?: string;
  /** Waits before it answers, also before it fails. */
  readonly delayMs?: number;
  /** Answers every n-th request with ThrottlingException. */
  readonly throttleEvery?: number;
  /** Answers every request with this. */
  readonly fail?: KmsErrorCode;
};

/** What goes wrong with one request. */
export type RequestFaults = {
  /** What a request waits for before anything is done. */
  readonly delayMs: number;
  /** Throws where the request is to fail, whatever it is about. */
  readonly beforeWork: () => void;
  /** Throws where it is to fail because of the key. Gives what it waits for on that account. */
  readonly onKey: (keyArn: string) => number;
};

export type FaultInjector = {
  readonly inject: (faults: KmsFaults | readonly KmsFaults[]) => void;
  readonly of: (operation: string) => RequestFaults;
};

type Rule = { readonly fault: KmsFaults; seen: number };

/** An injector of nothing, until it is told. */
export function faultInjector(): FaultInjector {
  let rules: readonly Rule[] = [];
  return {
    inject: (faults) => {
      rules = [faults].flat().map((fault) => ({ fault, seen: 0 }));
    },
    of: (operation) => {
      const applying = rules.filter(({ fault }) => fault.operation === undefined || fault.operation === operation);
      const always = applying.filter(({ fault }) => fault.keyArn === undefined);
      return {
        delayMs: delayOf(always),
        beforeWork: () => always.forEach(failIfDue),
        onKey: (keyArn) => {
          const forKey = applying.filter(({ fault }) => fault.keyArn === keyArn);
          forKey.forEach(failIfDue);
          return delayOf(forKey);
        },
      };
    },
  };
}

function delayOf(rules: readonly Rule[]): number {
  return Math.max(0, ...rules.map(({ fault: { delayMs = 0 } }) => delayMs));
}

function failIfDue(rule: Rule): void {
  const { fail, throttleEvery = 0 } = rule.fault;
  rule.seen += 1;
  if (fail !== undefined) throw new KmsError(fail, "injected");
  if (throttleEvery > 0 && rule.seen % throttleEvery === 0) throw new KmsError("ThrottlingException", "Rate exceeded");
}
