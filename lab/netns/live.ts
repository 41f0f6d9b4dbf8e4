/** The labs that this process holds, so that a signal can take them down. */

/** Anything of this process that must be gone before it ends. */
const live = new Set<AsyncDisposable>();

export function remember(lab: AsyncDisposable): void {
  live.add(lab);
}

export function forget(lab: AsyncDisposable): void {
  live.delete(lab);
}

/** Takes down every lab of this process, also one that is just coming up. */
export async function disposeAllLabs(): Promise<void> {
  const outcomes = await Promise.allSettled([...live].map((lab) => lab[Symbol.asyncDispose]()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on, SIGINT, SIGTERM and SIGHUP take all labs down first; then `end` decides how the process ends.
 * Until the returned handle is disposed, these signals do not end the process by themselves.
 *
 * @param end gets the signal, and the error if a lab could not be taken down.
 * @param arrived is called at once: what then fails in a lab fails because of the signal.
 */
export function disposeLabsOnSignals(
  end: (signal: NodeJS.Signals, error: unknown) => void | Promise<void>,
  arrived: (signal: NodeJS.Signals) => void = () => undefined,
): Disposable {
  let ending = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (ending) return;
    ending = true;
    arrived(signal);
    const error = await disposeAllLabs().catch((reason: unknown) => reason);
    await end(signal, error);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
