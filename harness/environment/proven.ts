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
  const known = provenIn(file);
  return features.every(({ name }) => known.has(name));
}

/** Adds them to what is known already. */
export function rememberProven(features: readonly KernelRequirement[], file = FILE): void {
  const names = new Set([...provenIn(file), ...features.map(({ name }) => name)]);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, [...circumstances(), '', ...names].join('\n'));
  } catch {
    // A checkout that cannot be written to: they are tried again next time.
  }
}

/** Names of features that were found to work under the same circumstances. */
function provenIn(file: string): Set<string> {
  try {
    const [before, names = ''] = readFileSync(file, 'utf8').split('\n\n');
    return new Set(before === circumstances().join('\n') ? names.split('\n') : []);
  } catch {
    return new Set();
  }
}

/** Everything that what the kernel lets this process do depends on. */
function circumstances(): string[] {
  const rights = readFileSync('/proc/self/status', 'utf8').match(/^(CapEff|Seccomp|NoNewPrivs):.*$/gm) ?? [];
  return [
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    // Of a user namespace counts who is who in it, and not which one it is: there is a new one for each run.
    readFileSync('/proc/self/uid_map', 'utf8').trim(),
    ...rights,
  ];
}
