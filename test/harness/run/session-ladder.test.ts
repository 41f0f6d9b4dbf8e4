/** A failing case of a live session: the conversation that went wrong, cut out of everything else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgedBy } from '../../../harness/run/case-result.ts';
import { saveSessionLadder } from '../../../harness/run/session-ladder.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import type { Mode } from '../../../lab/index.ts';
import { finding } from '../../../scenarios/kit/finding.ts';
import { evidenceOf, judgeBy } from '../../scenarios/fixtures/evidence.ts';
import { arp, changeFirst, converse, sceneOf, withContent } from '../../scenarios/fixtures/wire.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

const save = (
  ...[evidence, findings]: [Parameters<typeof saveSessionLadder>[0], Parameters<typeof saveSessionLadder>[1]]
) => saveSessionLadder(evidence, findings, join(directory, 'nat-rr', 'cases', 'one.pcap'), directory);

/** A session in which the director forwarded the first request wrongly, and what the case says of it. */
function wrongSession(mode: Mode, name: string, from: string) {
  const scene = sceneOf(mode);
  const transmissions = changeFirst(converse(scene), from, (one) => withContent(one, { ttl: 9 }));
  const { findings } = judgedBy(() => judgeBy(name, scene, { transmissions }), '/elsewhere');
  return { evidence: evidenceOf(scene, { transmissions }), findings };
}

describe('a live case that fails', () => {
  it.each<[Mode, string, string]>([
    ['nat', 'request/destination', 'director eth1'],
    ['dr', 'request/untouched', 'director eth0'],
    ['tun', 'request/inner', 'director eth0'],
  ])('is shown by one conversation, from client to server and back: %s', async (mode, name, from) => {
    const { evidence, findings } = wrongSession(mode, name, from);
    expect(findings).toHaveLength(1);
    const flow = await save(evidence, findings);
    expect(flow!.pcap).toBe('nat-rr/cases/one.pcap');
    expect(flow!.hosts.slice(0, mode === 'nat' ? 2 : 3)).toEqual(
      mode === 'nat' ? ['client', 'director'] : ['client', 'router', 'director'],
    );
    const ports = new Set(
      flow!.rungs.map(({ fields }) => {
        const value = (wanted: string) => fields.find(({ field }) => field === wanted)!.value;
        return value('IP source') === '10.0.1.2' ? value('source port') : value('destination port');
      }),
    );
    expect(ports.size).toBe(1);
    const wrong = flow!.rungs.filter(({ changed }) =>
      changed.some(({ field, after }) => field === 'IP TTL' && after === '9'),
    );
    expect(wrong.map((rung) => rung.from)).toContain('director');
  });

  it('has a capture of the director’s frames of that conversation, and no others', async () => {
    const { evidence, findings } = wrongSession('nat', 'request/destination', 'director eth1');
    const flow = await save(evidence, findings);
    const { packets } = await readCapture({ host: '', interface: '', file: join(directory, flow!.pcap) });
    const rungs = flow!.rungs.filter(({ from, to }) => from === 'director' || to === 'director');
    expect(packets).toHaveLength(rungs.length);
    const all = evidence.on('director', 'eth0').length + evidence.on('director', 'eth1').length;
    expect(packets.length).toBeLessThan(all / 2);
  });

  it('is shown by the questions and answers about an address, where ARP is what went wrong', async () => {
    const scene = sceneOf('dr');
    const vip = scene.topology.vip;
    const router = '10.0.2.254';
    const transmissions = [
      arp('router eth1', 'rs1 eth0', { isReply: false, sender: router, target: vip }),
      arp('rs1 eth0', 'router eth1', { isReply: true, sender: vip, target: router }),
      ...converse(scene),
    ];
    const { findings } = judgedBy(() => judgeBy('arp/vip-owner', scene, { transmissions }), '/elsewhere');
    const flow = await save(evidenceOf(scene, { transmissions }), findings);
    expect(flow!.rungs.map(({ summary }) => summary.slice(0, 9))).toContain('ARP reply');
    expect(flow!.rungs.every(({ summary }) => summary.startsWith('ARP'))).toBe(true);
  });

  it('has no ladder where no packet shows what is wrong', async () => {
    expect(await save(evidenceOf(sceneOf('nat')), [finding('Wrong.')])).toBeUndefined();
    expect(await save(evidenceOf(sceneOf('nat')), [])).toBeUndefined();
  });
});
