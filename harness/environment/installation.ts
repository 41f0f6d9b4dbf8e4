/** Where this program is: a checkout of its sources, or a package that holds them compiled. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether it runs compiled, from `dist/` of a package. */
export const isPackage = import.meta.filename.endsWith('.js');

/** Its folder, with `bin/` in it. */
const ROOT = fileURLToPath(new URL(isPackage ? '../../..' : '../..', import.meta.url));

/** The path of a file or folder of the checkout or package. */
export function installed(...names: readonly string[]): string {
  return join(ROOT, ...names);
}
