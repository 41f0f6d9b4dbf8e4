import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Resolves when it is so, or when time is up. */
export async function settled(isSo: () => boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!isSo() && performance.now() < deadline) await sleep(POLL_MS);
}
