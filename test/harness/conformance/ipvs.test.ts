/** The kernel's IPVS in a guest: a case of each kind of thing that is asked of it, and its failures. */
import { describe, expect, it } from 'vitest';
import { selectedPacketCases } from '../../../harness/conformance/catalogue.ts';
import { GuestPlayer } from '../../../harness/conformance/guest-player.ts';
import { ipvs } from '../../../harness/directors/ipvs/index.ts';
import { Guest } from '../../../lab/guest/guest.ts';
import { guestImage } from '../../../lab/guest/image.ts';
import { USUAL_KERNEL } from '../../../lab/guest/packages.ts';
import { inNamespace } from '../../../lab/guest/place.ts';
import { bringUp, withBareHosts } from '../../../lab/index.ts';
import { packetTopology } from '../../../lab/topologies/packet-topology.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';

/** It boots in seconds, but at first its packages are fetched, and a busy machine may take long to emulate it. */
const LIMIT_MS = 300_000;
/** An emulated guest on a busy machine answers in less. */
const COMMAND_LIMIT_MS = 10_000;
/** Packets both ways, marks, the machine's own settings, and what ipvsadm refuses. */
const CASES = ['reply/ports', 'request/ttl', 'marks/ports', 'mtu/at', 'rules/refused', 'timeout/established'];

const why = await ipvs.unavailable();
const whyNoTaps = process.geteuid?.() === 0 ? why : 'needs root';

describe.skipIf(why !== undefined)(`the kernel's IPVS${why === undefined ? '' : ` (${why})`}`, () => {
  it('passes cases of the catalogue, which need no right to anything', { timeout: LIMIT_MS }, async () => {
    await using directory = await temporaryRunDirectory();
    const { startOnWires } = ipvs;
    if (startOnWires === undefined) throw new Error('it cannot be played in memory');
    const director = { ...ipvs, startOnWires };
    await using player = await GuestPlayer.open({ mode: 'nat', director, runDirectory: directory.path });
    const outcomes = [];
    for (const { one, index } of selectedPacketCases(
      'nat',
      CASES.map((name) => `nat/${name}`),
    )) {
      const { error, seen, played } = await player.play(one, { index });
      const findings = error === undefined ? one.check(seen, played).findings : [];
      outcomes.push({ name: one.name, error, findings });
    }
    expect(outcomes.map(({ name }) => name)).toEqual(expect.arrayContaining(CASES));
    expect(outcomes.filter(({ error, findings }) => error !== undefined || findings.length > 0)).toEqual([]);
  });

  it.skipIf(whyNoTaps !== undefined)(
    'ends with its console where its kernel fails, and where it hangs',
    { timeout: LIMIT_MS },
    async () => {
      await using directory = await temporaryRunDirectory();
      const topology = withBareHosts(packetTopology('dr'), ['director']);
      await using lab = await bringUp(topology, { runDirectory: directory.path });
      const image = await guestImage(USUAL_KERNEL);
      const guest = await Guest.boot(await inNamespace(lab.host('director')), image, COMMAND_LIMIT_MS);
      try {
        guest.signal('SIGSTOP');
        await expect(guest.settle()).rejects.toThrow(/has not answered for 10 s.*console\.log/s);
        guest.signal('SIGCONT');
        await guest.settle();
        const failing = guest.run(['sh', '-c', 'echo c >/proc/sysrq-trigger']);
        await expect(failing).rejects.toThrow(/The guest has ended.*Kernel panic/s);
        expect(await guest.ended).toContain('sysrq triggered crash');
      } finally {
        await guest.stop();
      }
    },
  );
});
