import { existsSync } from 'node:fs';
import type { KernelFeature } from '../requirements.ts';
import { probeAfXdp, probeTcx, probeXdp } from './bpf.ts';
import { moduleState } from './modules.ts';
import { inNamespace, shellInNamespace } from './namespace.ts';
import type { Outcome } from './outcome.ts';
import { isRoot } from './runtime.ts';

const probes: Readonly<Record<KernelFeature, () => Promise<Outcome> | Outcome>> = {
  'network namespaces': () => inNamespace('true'),
  veth: () => shellInNamespace('ip link add name a type veth peer name b'),
  bridge: () => shellInNamespace('ip link add name br type bridge'),
  // tcpdump compiles the filter after it has opened the device and mapped its ring; with -d it then ends.
  'packet rings': () => shellInNamespace('ip link set dev lo up; tcpdump -p -i lo -d'),
  'nftables netdev ingress': () =>
    shellInNamespace(
      "nft 'table netdev t { chain c { type filter hook ingress device lo priority 0; policy accept; }; }'",
    ),
  'TUN decapsulation': probeDecapsulation,
  XDP: probeXdp,
  AF_XDP: probeAfXdp,
  ip_vs: probeIpvs,
  'user namespaces': probeUserNamespaces,
  '/dev/net/tun': () => shellInNamespace('ip tuntap add dev tun mode tun'),
};

/** Finds out whether the running kernel does this, by doing it in a network namespace that ends at once. */
export async function probeKernel(feature: KernelFeature): Promise<Outcome> {
  const { present, detail } = await probes[feature]();
  return { present, detail };
}

/** A device of type ipip takes the outer header off; where the kernel has none, a program at tcx ingress does. */
async function probeDecapsulation(): Promise<Outcome> {
  const module = moduleState('ipip');
  if (module === 'on disk') return { present: true, detail: 'module ipip, loaded on first use' };
  const ipip = await shellInNamespace('ip link add name a type ipip');
  if (ipip.present) return { present: true, detail: 'ipip device' };
  const tcx = await probeTcx();
  return tcx.present
    ? { present: true, detail: 'BPF program at tcx ingress' }
    : { present: false, detail: `ipip: ${ipip.detail}; tcx: ${tcx.detail}` };
}

/** What counts is what an ordinary user may do, so root steps down to `nobody` first. */
function probeUserNamespaces(): Promise<Outcome> {
  const asNobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups';
  const stepDown = isRoot() ? asNobody : '';
  return shellInNamespace(`${stepDown} unshare --user --map-root-user --net true`);
}

function probeIpvs(): Outcome {
  if (existsSync('/proc/net/ip_vs')) return { present: true, detail: 'works' };
  const present = moduleState('ip_vs') !== 'absent';
  return { present, detail: present ? 'module ip_vs, loaded on first use' : 'no module ip_vs' };
}
