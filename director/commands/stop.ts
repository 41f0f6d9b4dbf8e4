/** `lvs-lab director stop` */
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from '../control/background.ts';
import { ControlClient } from '../control/client.ts';
import { controlSocketPath } from '../control/socket-path.ts';

const POLL_MS = 10;

/** Resolves when the director of this namespace has ended. */
export async function stop(): Promise<void> {
  await new ControlClient(controlSocketPath()).stop();
  while (await isRunning()) await delay(POLL_MS);
}
