/**
 * Run as a process of its own in a network namespace that is thrown away: attaches the smallest possible BPF
 * programs to a veth there, binds an AF_XDP socket to it, and prints what worked as JSON.
 */
import { execFileSync } from 'node:child_process';
import { attachBpf, bindAfXdp, interfaceIndex } from './syscalls.ts';

const BPF_PROG_TYPE_SCHED_CLS = 3;
const BPF_PROG_TYPE_XDP = 6;
const BPF_XDP = 37;
const BPF_TCX_INGRESS = 46;

execFileSync('ip', ['link', 'add', 'name', 'a', 'type', 'veth', 'peer', 'name', 'b'], { stdio: 'inherit' });
execFileSync('ip', ['link', 'set', 'dev', 'a', 'up'], { stdio: 'inherit' });
const ifindex = interfaceIndex('a');

const afXdp = attempt(() => bindAfXdp(ifindex));
const tcx = attempt(() => attachBpf(ifindex, BPF_PROG_TYPE_SCHED_CLS, BPF_TCX_INGRESS));
const xdp = attempt(() => attachBpf(ifindex, BPF_PROG_TYPE_XDP, BPF_XDP));
process.stdout.write(JSON.stringify({ tcx, xdp, afXdp }));

function attempt(action: () => void): { present: boolean; detail: string } {
  try {
    action();
    return { present: true, detail: 'works' };
  } catch (error) {
    return { present: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
