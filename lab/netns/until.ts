import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is something other than `undefined`.
 *
 * @returns the answer, or `undefined` if `limitMs` passed first: the caller knows best what to say then.
 */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  { limitMs, everyMs = 5 }: { limitMs: number; everyMs?: number },
): Promise<Answer | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= deadline) return answer;
    await sleep(everyMs);
  }
}
