/**
 * Runs as a process of its own in a throwaway network namespace: attaches minimal BPF programs to a veth there, binds
 * an AF_XDP socket to it, and prints as JSON what worked.
 */
import { execFileSync } from 'node:child_process';
import type { ProbeResult } from './namespace-trial.ts';

/** `r0 = 2; exit`: XDP_PASS for XDP, TC_ACT_SHOT for tcx. Nothing is ever sent through it. */
const RETURN_2 = Buffer.from('b700000002000000' + '9500000000000000', 'hex');

try {
  process.stdout.write(JSON.stringify(await tryAll()));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}

async function tryAll(): Promise<Record<'tcx' | 'xdp' | 'afXdp', ProbeResult>> {
  // Native code is loaded only here, so that a failure to load it is reported too.
  const { bindAfXdp } = await import('./af-xdp.ts');
  const { attachAtIngress, attachXdp, loadProgram, PROGRAM_TYPE } = await import(
    '../../native/bpf/program.ts'
  );
  ip('link add name a type veth peer name b');
  ip('link set dev a up');
  return {
    afXdp: attempt(() => bindAfXdp('a')),
    tcx: attempt(() => attachAtIngress(loadProgram(RETURN_2), 'a')),
    xdp: attempt(() => attachXdp(loadProgram(RETURN_2, PROGRAM_TYPE.xdp), 'a')),
  };
}

function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}

function attempt(action: () => unknown): ProbeResult {
  try {
    action();
    return { present: true, detail: 'works' };
  } catch (error) {
    return { present: false, detail: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
