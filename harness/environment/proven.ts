import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KernelRequirement } from './requirements.ts';

const FILE = fileURLToPath(new URL('../../node_modules/.cache/lvs-lab/kernel', import.meta.url));

/**
 * Whether these kernel features were all found to work before, by this boot of this kernel and with the same rights:
 * then they need not be tried again. Only success is remembered.
 */
export function isProven(features: readonly KernelRequirement[], file = FILE): boolean {
  try {
    return readFileSync(file, 'utf8') === fingerprint(features);
  } catch {
    return false;
  }
}

export function rememberProven(features: readonly KernelRequirement[], file = FILE): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, fingerprint(features));
  } catch {
    // A checkout that cannot be written to: they are tried again next time.
  }
}

/** Changes with everything that what the kernel lets this process do depends on. */
function fingerprint(features: readonly KernelRequirement[]): string {
  const rights = readFileSync('/proc/self/status', 'utf8').match(/^(CapEff|Seccomp|NoNewPrivs):.*$/gm) ?? [];
  return [
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    // Of a user namespace counts who is who in it, and not which one it is: there is a new one for each run.
    readFileSync('/proc/self/uid_map', 'utf8').trim(),
    ...rights,
    ...features.map((feature) => feature.name),
  ].join('\n');
}
