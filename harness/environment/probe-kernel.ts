import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  inNamespace,
  type ProbeResult,
  runInNamespace,
  shellInNamespace,
  untried,
} from './namespace-trial.ts';
import { inUserNamespace } from './namespaces.ts';
import type { KernelFeature } from './requirements.ts';
import { isRoot } from './rights.ts';
import { findCommand } from './system-path.ts';

interface Trial {
  /** Commands that the trial needs. */
  readonly uses: readonly string[];
  readonly run: () => Promise<ProbeResult> | ProbeResult;
}

const trials: Readonly<Record<KernelFeature, Trial>> = {
  'network namespaces': { uses: ['unshare'], run: () => inNamespace('true') },
  veth: { uses: ['ip'], run: () => shellInNamespace('ip link add name a type veth peer name b') },
  bridge: { uses: ['ip'], run: () => shellInNamespace('ip link add name br type bridge') },
  'packet rings': { uses: ['unshare', 'ip'], run: () => inNamespace(process.execPath, PACKET_RING) },
  'nftables netdev ingress': {
    uses: ['nft'],
    run: () => shellInNamespace(`nft 'table netdev t { chain c { ${INGRESS_HOOK}; }; }'`),
  },
  'TUN decapsulation': { uses: ['ip'], run: probeDecapsulation },
  XDP: { uses: ['ip'], run: async () => (await probeBpf()).xdp },
  AF_XDP: { uses: ['ip'], run: async () => (await probeBpf()).afXdp },
  ip_vs: { uses: [], run: probeIpvs },
  'user namespaces': { uses: [], run: probeUserNamespaces },
  '/dev/net/tun': { uses: ['ip'], run: () => shellInNamespace('ip tuntap add dev tun mode tun') },
};
const PACKET_RING = fileURLToPath(new URL('packet-ring-child.ts', import.meta.url));
const INGRESS_HOOK = 'type filter hook ingress device lo priority 0; policy accept';

/** Finds out whether the running kernel has a feature, by using it in a throwaway network namespace. */
export async function probeKernel(feature: KernelFeature): Promise<ProbeResult> {
  const { uses, run } = trials[feature];
  const missing = uses.filter((command) => findCommand(command) === undefined);
  if (missing.length > 0) return untried(`needs ${missing.join(' and ')}`);
  const outcome = await run();
  // Without root, a refusal may be due to missing privileges or to the kernel.
  if (uses.length > 0 && !outcome.present && !isRoot()) return untried(`needs root (${outcome.detail})`);
  return outcome;
}

/** A device of type ipip removes the outer header; if the kernel has none, a BPF program at tcx ingress does. */
async function probeDecapsulation(): Promise<ProbeResult> {
  const module = moduleState('ipip');
  if (module === 'on disk') return { present: true, detail: 'module ipip, loaded on first use' };
  const ipip = await shellInNamespace('ip link add name a type ipip');
  if (ipip.present) return { present: true, detail: 'ipip device' };
  const { tcx } = await probeBpf();
  return tcx.present
    ? { present: true, detail: 'BPF program at tcx ingress' }
    : { present: false, detail: `ipip: ${ipip.detail}; tcx: ${tcx.detail}` };
}

/** The question is what an ordinary user may do, so root becomes `nobody` first. */
function probeUserNamespaces(): Promise<ProbeResult> {
  const stepDown = isRoot() ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
  const [file, ...words] = [...stepDown, ...inUserNamespace('true')] as [string, ...string[]];
  return inNamespace(file, ...words);
}

function probeIpvs(): ProbeResult {
  if (existsSync('/proc/net/ip_vs')) return { present: true, detail: 'works' };
  const present = moduleState('ip_vs') !== 'absent';
  return { present, detail: present ? 'module ip_vs, loaded on first use' : 'no module ip_vs' };
}

type ModuleState = 'loaded' | 'on disk' | 'absent';

/** Looks for a kernel module without loading it: loading `ipip`, for example, creates a `tunl0`. */
function moduleState(name: string): ModuleState {
  if (existsSync(`/sys/module/${name}`) || listed(name, 'modules.builtin')) return 'loaded';
  return canLoad() && listed(name, 'modules.dep') ? 'on disk' : 'absent';
}

function listed(name: string, index: string): boolean {
  const lines = read(`/lib/modules/${release()}/${index}`).split('\n');
  const file = new RegExp(`/${name}\\.ko(\\.\\w+)?(:|$)`);
  return lines.some((line) => file.test(line));
}

function canLoad(): boolean {
  return read('/proc/sys/kernel/modules_disabled').trim() === '0';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const outcome = z.strictObject({ present: z.boolean(), detail: z.string() });
const answers = z.strictObject({ tcx: outcome, xdp: outcome, afXdp: outcome });

const PROGRAM = fileURLToPath(new URL('bpf-child.ts', import.meta.url));

let running: Promise<z.infer<typeof answers>> | undefined;

/** Callers that ask at the same time share one child process. */
function probeBpf(): Promise<z.infer<typeof answers>> {
  running ??= ask().finally(() => {
    running = undefined;
  });
  return running;
}

async function ask(): Promise<z.infer<typeof answers>> {
  const run = await runInNamespace(process.execPath, PROGRAM);
  if (run.present) return answers.parse(JSON.parse(run.stdout));
  const failed: ProbeResult = { present: false, detail: run.detail };
  return { tcx: failed, xdp: failed, afXdp: failed };
}
