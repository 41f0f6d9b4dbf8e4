/** The IPVS of this machine's own kernel, in namespaces of the lab, where that kernel has it. */
import { release } from 'node:os';
import { LabError, type LabHost } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { FreshStack } from '../../../lab/netns/fresh-stack.ts';
import { rulesFor } from '../balanced-rules.ts';
import type { DirectorUnderTest, Reference, RunningDirector } from '../director-under-test.ts';
import { declaredBut } from './declared.ts';
import { kernelDirector } from './kernel-director.ts';
import { differencesOf, readKernelLedger } from './known-differences.ts';
import { type NativeIpvs, nativeIpvs } from './native-support.ts';

const described = {
  name: 'ipvs',
  kind: 'balancer',
  modes: ALL_MODES,
  protocols: ['tcp', 'udp'],
  learnsIn: 1,
  description: 'The IPVS of this machine’s own kernel',
  unavailable: async () => {
    const found = await nativeIpvs();
    return 'why' in found ? found.why : undefined;
  },
} as const;

export function ipvsNatively(found: NativeIpvs): DirectorUnderTest {
  return {
    ...described,
    isReference: false,
    version: `${release()}, this machine’s own`,
    isOwn: false,
    // Its clock is this machine's.
    declared: declaredBut(found.notBuilt, ['virtual-time']),
    // The kernel forwards within the call that sends a packet, or soon after where the machine is busy.
    quietMs: 10,
    knownDifferences: async () => differencesOf(await readKernelLedger(), release()),
    start: (lab, rules, _seed, hostName = 'director') => start(lab.host(hostName), rules, found),
  };
}

/** What throughput is compared with. */
export const ipvsReference: Reference = {
  ...described,
  isReference: true,
  start: async (host, services, lab) => {
    const found = await nativeIpvs();
    if ('why' in found) throw new LabError(found.why);
    return start(host, rulesFor(lab.topology.name, services), found);
  },
};

async function start(host: LabHost, rules: readonly string[], found: NativeIpvs): Promise<RunningDirector> {
  const stack = new FreshStack(host);
  const running = kernelDirector(stack, found);
  await running.apply(rules);
  return {
    ...running,
    // It runs as long as the kernel does.
    ended: new Promise(() => undefined),
    stop: () => running.apply(['-C']),
  };
}
