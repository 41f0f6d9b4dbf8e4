/** `lvs-lab director reset` */
import { ControlClient } from '../control/client.ts';
import { controlSocketPath } from '../control/socket-path.ts';

export async function reset(): Promise<void> {
  await new ControlClient(controlSocketPath()).reset();
}
