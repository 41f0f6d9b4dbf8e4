/** Runs commands of the director and of ipvsadm on its host. */
import type { Life } from './life.ts';

const LIMIT_MS = 20_000;

/** @returns of each command its exit code, a blank, and all that it said. @param stdin What the first that reads it reads. */
export async function inBatch(
  { host, programs }: Pick<Life, 'host' | 'programs'>,
  commands: readonly (readonly string[])[],
  stdin = '',
): Promise<string[]> {
  const { stdout } = await host.run(process.execPath, [programs.batch, JSON.stringify(commands)], {
    timeout: LIMIT_MS,
    input: stdin,
  });
  return JSON.parse(stdout) as string[];
}
