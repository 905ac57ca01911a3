// What claimseal is to reach, each as a figure of one run beside its bound. Ratios are medians of rounds.

const issue = (results, name) => results.issue.contenders.find((each) => each.name === name);
const started = (results, name) => {
  const node22 = results.start.measured.find(({ node }) => node.startsWith("22"));
  return node22 ? node22.ratios[name].answer : null;
};
const bundle = (results, name) => ({ median: results.start.bytes.claimseal / results.start.bytes[name] });
const tokenBytes = (results, mode) => ({
  median: issue(results, `claimseal, ${mode}`).tokenBytes / issue(results, "hand-written").tokenBytes,
});
const ourCurves = ({ growth }, ...kinds) =>
  growth.curves.filter(({ what, name }) => name.startsWith("claimseal") && kinds.includes(what));

/** Every goal: `figure` gives the median and, where there is one, the middle half; null where it could not be measured. */
export const GOALS = [
  {
    id: "issue-p50",
    what: "issuing, p50 / bare",
    part: "issue",
    atMost: 1.05,
    figure: (results) => issue(results, "claimseal, envelope").ofBare.p50,
  },
  {
    id: "issue-cpu",
    what: "issuing, processor time / bare",
    part: "issue",
    atMost: 1.1,
    figure: (results) => issue(results, "claimseal, envelope").ofBare.cpu,
  },
  {
    id: "start-frozen",
    what: "cold start to the first answer / bare as anybody would bundle it (Node 22)",
    part: "start",
    atMost: 0.9,
    figure: (results) => started(results, "bare as frozen"),
  },
  {
    id: "start-flags",
    what: "cold start to the first answer / bare with our flags (Node 22)",
    part: "start",
    atMost: 1.05,
    figure: (results) => started(results, "bare with our flags"),
  },
  {
    id: "bundle-frozen",
    what: "bundle / bare as anybody would bundle it",
    part: "start",
    atMost: 0.5,
    figure: (results) => bundle(results, "bare as frozen"),
  },
  {
    id: "bundle-flags",
    what: "bundle / bare with our flags",
    part: "start",
    atMost: 0.85,
    figure: (results) => bundle(results, "bare with our flags"),
  },
  {
    id: "kms-calls",
    what: "KMS calls per 1,000 sign-ins and resource server, the first included",
    part: "issue",
    atMost: 1,
    figure: (results) => ({ median: issue(results, "claimseal, envelope").kmsPer1000 }),
  },
  {
    id: "round-trips",
    what: "waits for tables in a sign-in with independent sources, up to twenty",
    part: "growth",
    atMost: 1,
    figure: (results) => ({
      median: Math.max(
        ...ourCurves(results, "sources", "sources in one table").flatMap(({ points }) =>
          points.map(({ roundTrips }) => roundTrips),
        ),
      ),
    }),
  },
  {
    id: "bytes-envelope",
    what: "bytes of a token / hand-written, mode `envelope`",
    part: "issue",
    atMost: 0.91,
    figure: (results) => tokenBytes(results, "envelope"),
  },
  {
    id: "bytes-asymmetric",
    what: "bytes of a token / hand-written, mode `asymmetric`",
    part: "issue",
    atMost: 0.89,
    figure: (results) => tokenBytes(results, "asymmetric"),
  },
  {
    id: "bytes-direct",
    what: "bytes of a token / hand-written, mode `direct`",
    part: "issue",
    atMost: 0.67,
    figure: (results) => tokenBytes(results, "direct"),
  },
  {
    id: "opening",
    what: "verifying and opening, warm / verifying alone, processor time",
    part: "open",
    atMost: 1.6,
    figure: (results) => results.open.readers.find(({ name }) => name === "claimseal, envelope").ofVerify,
  },
  {
    id: "keystroke",
    what: "keystroke to new tokens in the playground, median, milliseconds",
    part: "keystroke",
    atMost: 150,
    figure: (results) => (results.keystroke.skipped ? null : { median: results.keystroke.medianMs }),
  },
  {
    id: "growth",
    what: "the steepest growth with claims, sources and rows, as an exponent",
    part: "growth",
    atMost: 1.05,
    figure: (results) => ({
      median: Math.max(
        ...ourCurves(results, "claims", "sources", "sources in one table", "rows").flatMap(({ exponents }) =>
          Object.values(exponents),
        ),
      ),
    }),
  },
  {
    id: "growth-check",
    what: "growth of a check with the claims of a map, as an exponent",
    part: "check",
    atMost: 1.05,
    figure: (results) => ({ median: results.check.exponents.time }),
  },
  {
    id: "tail",
    what: "p99 with 5 % slow reads, with second copies / without",
    part: "tail",
    atMost: 0.35,
    figure: (results) => ({ median: results.tail.ratio }),
  },
];

/** How each goal stands: `reached`, `missed`, or `not measured`. */
export function standing(results, goals = GOALS) {
  return goals.map((goal) => {
    const figure = results[goal.part] ? goal.figure(results) : null;
    if (figure === null) return { goal, figure, state: "not measured" };
    return { goal, figure, state: figure.median <= goal.atMost ? "reached" : "missed" };
  });
}
