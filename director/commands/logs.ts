/** `lvs-lab director logs` */
import { readFile } from 'node:fs/promises';
import { ControlError } from '../control/client.ts';
import { logPath } from '../control/socket-path.ts';

export async function logs(): Promise<void> {
  try {
    process.stdout.write(await readFile(logPath(), 'utf8'));
  } catch {
    throw new ControlError(
      `no director was started in the background in this network namespace (no ${logPath()})`,
    );
  }
}
