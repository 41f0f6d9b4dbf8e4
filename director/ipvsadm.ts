/**
 * The programs `ipvsadm`, `ipvsadm-save` and `ipvsadm-restore`, for the director of the network namespace that they are
 * run in. Where there is none yet, the first command that is more than a question starts one in the background.
 */

import { text } from 'node:stream/consumers';
import { ensureDirector, isAnswering } from './control/background.ts';
import { ControlClient } from './control/client.ts';
import type { IpvsBackend } from './control/ipvsadm/backend/backend.ts';
import { ControlSocketBackend } from './control/ipvsadm/backend/control-socket-backend.ts';
import { LazyBackend } from './control/ipvsadm/backend/lazy-backend.ts';
import type { IpvsadmEnvironment } from './control/ipvsadm/environment.ts';
import { SystemResolver } from './control/ipvsadm/name-resolver.ts';
import { runIpvsadm, runIpvsadmRestore, runIpvsadmSave } from './control/ipvsadm/run.ts';
import { controlSocketPath } from './control/socket.ts';
import { tolerateLostOutput } from './lost-output.ts';
import { printable } from './shown-text.ts';

/** @param name The name that the program is called by, which tells the three apart. */
export function runIpvsadmProgram(name: string, argv: readonly string[]): Promise<number> {
  const environment: IpvsadmEnvironment = {
    stdin: () => text(process.stdin),
    stdout: { write: (text) => process.stdout.write(printable(text)) },
    stderr: { write: (text) => process.stderr.write(printable(text)) },
    resolver: new SystemResolver(),
    argv0: name,
    open,
    onRefusedLine: (line) => process.stderr.write(`(line ${line} of the rules)\n`),
  };
  if (name === 'ipvsadm-save') return runIpvsadmSave(argv, environment);
  if (name === 'ipvsadm-restore') return runIpvsadmRestore(environment);
  return runIpvsadm(argv, environment);
}

async function open(): Promise<IpvsBackend> {
  if (process.getuid?.() !== 0) throw new Error('Permission denied (you must be root)');
  const director = new ControlSocketBackend(new ControlClient(controlSocketPath()));
  if (await isAnswering()) return director;
  return new LazyBackend(async () => {
    await ensureDirector((text) => process.stderr.write(`${printable(text)}\n`));
    return director;
  });
}

if (import.meta.main) {
  const [name = 'ipvsadm', ...argv] = process.argv.slice(2);
  tolerateLostOutput(name, 1);
  process.exitCode = await runIpvsadmProgram(name, argv);
}
