/** Where a project's configuration is. */
import { resolve } from 'node:path';

export const CONFIG_FILE = 'lvs-lab.config.ts';

/** Its path in the current folder. */
export function configPath(): string {
  return resolve(process.cwd(), CONFIG_FILE);
}
