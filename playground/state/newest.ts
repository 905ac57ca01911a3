/** What waits; `setTimeout` where no test counts. */
export type Wait = (run: () => void, ms: number) => void;

type Newest<Question, Answer> = {
  readonly ask: (question: Question) => Promise<Answer>;
  /** Called for the answer to a question after which no other was shown. */
  readonly show: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
  /** A breath between a keystroke and its question, for keys that come in bursts. */
  readonly pauseMs: number;
};

/**
 * Asks for the newest of many questions: one is under way at a time, and of those that come meanwhile the last is asked
 * next. So answers come in the order of their questions, and typing faster than they come costs nothing.
 */
export function newest<Question, Answer>(
  { ask, show, fail, pauseMs }: Newest<Question, Answer>,
  wait: Wait = (run, ms) => void setTimeout(run, ms),
): (question: Question) => void {
  let waiting: { readonly question: Question } | null = null;
  let isBusy = false;
  const work = async (): Promise<void> => {
    while (waiting !== null) {
      const { question } = waiting;
      waiting = null;
      try {
        show(await ask(question));
      } catch (error) {
        fail(error);
      }
    }
    isBusy = false;
  };
  return (question) => {
    waiting = { question };
    if (isBusy) return;
    isBusy = true;
    wait(() => void work(), pauseMs);
  };
}
