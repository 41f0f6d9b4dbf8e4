/** The director as a program of its own. */
import { fileURLToPath } from 'node:url';

/**
 * Room for new objects in V8's heap, in MiB: it would grow to many times that in a flood, and stay so. What forwards packets
 * makes next to none.
 */
const SEMI_SPACE_MIB = 4;

export const NODE_OPTIONS: readonly string[] = [`--max-semi-space-size=${SEMI_SPACE_MIB}`];

/** The command that runs it, without its arguments. */
export const DIRECTOR_COMMAND: readonly [string, ...string[]] = [
  process.execPath,
  ...NODE_OPTIONS,
  fileURLToPath(new URL('main.ts', import.meta.url)),
];
