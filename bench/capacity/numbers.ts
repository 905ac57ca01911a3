/** A count as people read it: three digits that say something, grouped by thousands. */
export function counted(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(value))) - 2);
  const rounded = digits > 0 ? Number(value.toFixed(Math.min(digits, 4))) : Math.round(value / step) * step;
  return grouped(rounded);
}

/** Dollars: to the cent where there are few of them. */
export function dollars(value: number): string {
  return value < 100 ? `$${value.toFixed(2)}` : `$${grouped(Math.round(value))}`;
}

/** A share of a quota. */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths < 0.1) return "under 0.1 %";
  return `${hundredths < 10 ? hundredths.toFixed(1) : grouped(Math.round(hundredths))} %`;
}

export function grouped(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const inThrees = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? inThrees : `${inThrees}.${fraction}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
