/** Remembers from one run to the next which kernel features work on this machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { installed } from './installation.ts';
import type { KernelRequirement } from './requirements.ts';

const FILE = installed('node_modules', '.cache', 'lvs-lab', 'kernel');

/**
 * Whether all of these kernel features worked before, during this boot and with the same privileges, so that they need
 * not be tried again. Only success is remembered.
 */
export function isProven(features: readonly KernelRequirement[], file = FILE): boolean {
  const known = provenIn(file);
  return features.every(({ name }) => known.has(name));
}

/** Adds these features to those that are known to work. */
export function rememberProven(features: readonly KernelRequirement[], file = FILE): void {
  const names = new Set([...provenIn(file), ...features.map(({ name }) => name)]);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, [...circumstances(), '', ...names].join('\n'));
  } catch {
    // The checkout is read-only: the features are tried again next time.
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

/** Everything that decides what the kernel allows this process to do. */
function circumstances(): string[] {
  const rights = readFileSync('/proc/self/status', 'utf8').match(/^(CapEff|Seccomp|NoNewPrivs):.*$/gm) ?? [];
  return [
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    // A user namespace is known by its mapping of users, not by its identity: each run creates a new one.
    readFileSync('/proc/self/uid_map', 'utf8').trim(),
    ...rights,
  ];
}
