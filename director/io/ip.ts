/** `ip` of iproute2. Node’s own way to run a program is all that the director needs, so it starts without a library for that. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @returns what it prints. @throws Error with its error output, if it ends with any other exit code than 0. */
export async function ip(...args: readonly string[]): Promise<string> {
  return (await run('ip', args)).stdout;
}

/** Several commands in one process, up to the first that fails. @throws Error as `ip` does. */
export async function ipBatch(commands: readonly string[]): Promise<void> {
  const running = run('ip', ['-batch', '-']);
  running.child.stdin?.end(commands.map((command) => `${command}\n`).join(''));
  await running;
}
