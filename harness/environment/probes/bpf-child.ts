/**
 * Run as a process of its own in a network namespace that is thrown away: attaches the smallest possible BPF
 * programs to a veth there, binds an AF_XDP socket to it, and prints what worked as JSON.
 */
import { execFileSync } from 'node:child_process';
import type { Outcome } from './outcome.ts';

const BPF_PROG_TYPE_SCHED_CLS = 3;
const BPF_PROG_TYPE_XDP = 6;
const BPF_XDP = 37;
const BPF_TCX_INGRESS = 46;

try {
  process.stdout.write(JSON.stringify(await tryAll()));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}

async function tryAll(): Promise<Record<'tcx' | 'xdp' | 'afXdp', Outcome>> {
  const { attachBpf, bindAfXdp, interfaceIndex } = await import('./syscalls.ts');
  ip('link add name a type veth peer name b');
  ip('link set dev a up');
  const ifindex = interfaceIndex('a');
  return {
    afXdp: attempt(() => bindAfXdp(ifindex)),
    tcx: attempt(() => attachBpf(ifindex, BPF_PROG_TYPE_SCHED_CLS, BPF_TCX_INGRESS)),
    xdp: attempt(() => attachBpf(ifindex, BPF_PROG_TYPE_XDP, BPF_XDP)),
  };
}

function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}

function attempt(action: () => void): Outcome {
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
