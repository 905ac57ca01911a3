/** How far one part is. */
export type Standing = {
  readonly name: string;
  /** Of all there is to do, between 0 and 1. */
  readonly share: number;
  /** Seconds of work that are left, as far as anybody can tell yet. */
  readonly leftS: number;
  /** Whether it is in one piece, so that a second process is no help. */
  readonly isOnePiece: boolean;
  /** What is measured in a second, and what it is called; null before there is anything to tell by. */
  readonly rate: readonly [number, string] | null;
};

/** One line for people who wait. */
export function progressLine(standings: readonly Standing[], slots: number): string {
  const parts = standings.map(({ name, share, rate }) => {
    const speed = rate === null ? "" : ` (${whole(rate[0])} ${rate[1]}/s)`;
    return `${name} ${percent(share)}${speed}`;
  });
  return `${parts.join(" · ")} · ${duration(leftOf(standings, slots))} left`;
}

/** Seconds until all is done, with so many processes at work: what is in one piece takes its own time. */
export function leftOf(standings: readonly Standing[], slots: number): number {
  const all = standings.reduce((sum, { leftS }) => sum + leftS, 0);
  return Math.max(all / slots, ...standings.map(({ leftS, isOnePiece }) => (isOnePiece ? leftS : leftS / slots)));
}

export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 1234567 as 1,234,567. */
export function whole(figure: number): string {
  return Math.round(figure).toLocaleString("en-US");
}
