/** `ipvsadm`, from its words to its exit code. */

import type { IpvsBackend } from './backend/backend.ts';
import type { IpvsadmEnvironment } from './environment.ts';
import { Program } from './program.ts';

const NOT_OPENED = 2;
const BACKEND_LOST = 1;

/** @param argv The words after the program's name. Resolves with the exit code; all there is to say was written then. */
export async function runIpvsadm(argv: readonly string[], environment: IpvsadmEnvironment): Promise<number> {
  const { stderr, argv0 } = environment;
  let backend: IpvsBackend;
  try {
    backend = await environment.open();
  } catch (error) {
    stderr.write(
      `Can't initialize ipvs: ${messageOf(error)}\n` +
        'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
    );
    return NOT_OPENED;
  }
  try {
    return await new Program(backend, environment).run(argv);
  } catch (error) {
    stderr.write(`${argv0}: ${messageOf(error)}\n`);
    return BACKEND_LOST;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
