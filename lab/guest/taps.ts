/** Taps at the ends of a host's cables: its interfaces are QEMU's. */
import { cableLines, plugLine } from '../netns/cables.ts';
import type { LabHost } from '../netns/host.ts';
import type { Interface } from '../topology.ts';

export const tapOf = ({ name }: Interface) => `tap-${name}`;

/** Has what comes in at the host's interfaces go to taps, and the other way, instead of into the kernel's stack. */
export async function layTaps(host: LabHost): Promise<void> {
  const lines = [
    ...cableLines(host.spec),
    ...host.spec.interfaces.flatMap((own) => [
      `tuntap add ${tapOf(own)} mode tap`,
      // What comes in faster than the guest takes it waits, as all that a case sends does.
      `link set ${tapOf(own)} txqueuelen 10000`,
      plugLine(own, tapOf(own)),
    ]),
  ];
  await host.run('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n` });
}
