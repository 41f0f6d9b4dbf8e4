import { describe, expect, it } from 'vitest';
import type { CaseRun } from '../../../harness/conformance/case-run.ts';
import { ladderOf } from '../../../harness/run/ladder.ts';
import { observationsOfCase } from '../../../lab/captures/trace/observation.ts';
import { ipFrame } from '../../../lab/frames/index.ts';
import { datagram, played } from './case-runs.ts';

function ladder({ seen }: CaseRun, { limit = 40, withArp = false } = {}) {
  return ladderOf(seen.topology, observationsOfCase(seen, withArp), { pcap: 'cases/a.pcap', limit });
}

const ways = ({ rungs }: ReturnType<typeof ladder>) => rungs.map(({ from, to }) => `${from} > ${to}`);
const directions = ({ rungs }: ReturnType<typeof ladder>) => rungs.map(({ direction }) => direction);

describe('the ladder of a case', () => {
  it('shows a request and its reply from host to host, and what each host changed: NAT', async () => {
    const flow = ladder(await played('nat', (stage) => stage.client.send(datagram(stage, 4000))));
    expect(flow).toMatchObject({ pcap: 'cases/a.pcap', hosts: ['client', 'director', 'rs1'], leftOut: 0 });
    expect(ways(flow)).toEqual([
      'client > director',
      'director > rs1',
      'rs1 > director',
      'director > client',
    ]);
    expect(directions(flow)).toEqual(['request', 'request', 'reply', 'reply']);
    const [asked, forwarded, answered, returned] = flow.rungs;
    expect(asked).toMatchObject({ atMs: 0, changed: [] });
    expect(asked!.summary).toBe('UDP 198.18.0.1:4000 > 10.0.1.100:53 12 bytes');
    expect(asked!.fields).toEqual(
      expect.arrayContaining([
        { field: 'source MAC', value: '02:00:0a:00:01:02' },
        { field: 'IP TTL', value: '64' },
        { field: 'destination port', value: '53' },
      ]),
    );
    expect(forwarded!.changed.map(({ field }) => field)).toEqual([
      'source MAC',
      'destination MAC',
      'IP TTL',
      'IP header checksum',
      'IP destination',
      'destination port',
      'UDP checksum',
    ]);
    expect(forwarded!.changed).toContainEqual({
      field: 'IP destination',
      before: '10.0.1.100',
      after: '10.0.2.11',
    });
    // The server answers: that is no change of what it got.
    expect(answered!.changed).toEqual([]);
    expect(returned!.changed).toContainEqual({ field: 'source port', before: '5353', after: '53' });
    expect(flow.rungs.map(({ atMs }) => atMs)).toEqual(
      flow.rungs.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
    );
  });

  it('shows that DR changes only the frame, TTL and header checksum', async () => {
    const flow = ladder(await played('dr', (stage) => stage.client.send(datagram(stage, 4000))));
    expect(flow.hosts).toEqual(['client', 'router', 'director', 'rs1']);
    expect(ways(flow)).toEqual([
      'client > router',
      'router > director',
      'director > rs1',
      'rs1 > router',
      'router > client',
    ]);
    expect(flow.rungs[2]!.changed.map(({ field }) => field)).toEqual([
      'source MAC',
      'destination MAC',
      'IP TTL',
      'IP header checksum',
    ]);
  });

  it('shows the outer header that TUN puts on as fields that were not there', async () => {
    const flow = ladder(await played('tun', (stage) => stage.client.send(datagram(stage, 4000))));
    expect(ways(flow).slice(0, 4)).toEqual([
      'client > router',
      'router > director',
      'director > router',
      'router > rs1',
    ]);
    // Although the request goes back to the side that it came from.
    expect(directions(flow).slice(0, 4)).toEqual(['request', 'request', 'request', 'request']);
    expect(directions(flow).slice(4)).toEqual(['reply', 'reply']);
    expect(flow.rungs[2]!.changed).toEqual(
      expect.arrayContaining([
        { field: 'outer IP destination', before: 'none', after: '10.0.3.11' },
        { field: 'IP TTL', before: '63', after: '62' },
      ]),
    );
    expect(flow.rungs[3]!.changed.map(({ field }) => field)).toEqual([
      'source MAC',
      'destination MAC',
      'outer IP TTL',
      'outer IP header checksum',
    ]);
  });

  it('keeps the way of each packet together, also of packets that look alike and were sent at once', async () => {
    const flow = ladder(
      await played('nat', (stage) => {
        for (const port of [4000, 4001, 4000]) stage.client.send(datagram(stage, port));
      }),
    );
    const requests = flow.rungs.filter(({ fields }) =>
      fields.some(({ field, value }) => field === 'IP source' && value === '198.18.0.1'),
    );
    expect(requests.map(({ from }) => from)).toEqual([
      'client',
      'director',
      'client',
      'director',
      'client',
      'director',
    ]);
    const portOf = ({ fields }: (typeof requests)[number]) =>
      fields.find(({ field }) => field === 'source port')!.value;
    expect(requests.map(portOf)).toEqual(['4000', '4000', '4001', '4001', '4000', '4000']);
    expect(requests.filter(({ changed }) => changed.length > 0)).toHaveLength(3);
  });

  it('has as many rungs as it may, whole ways, and counts the rest', async () => {
    const play = await played('nat', (stage) => {
      for (let port = 4000; port < 4010; port++) stage.client.send(datagram(stage, port));
    });
    const flow = ladder(play, { limit: 7 });
    expect(flow.rungs).toHaveLength(6);
    expect(flow.leftOut).toBe(34);
  });

  it('shows frames that go to nobody', async () => {
    const play = await played('nat', (stage) => {
      const frame = ipFrame(stage.client.mac, '02:00:00:00:00:99', datagram(stage, 4000));
      stage.client.sendFrame('eth0', frame);
    });
    expect(ladder(play)).toMatchObject({ hosts: ['client', 'director', 'nobody'] });
    expect(ways(ladder(play))).toEqual(['client > nobody']);
  });

  it('shows ARP where that is asked for: a question goes to everybody on the segment', async () => {
    const play = await played('nat', (stage) => stage.client.send(datagram(stage, 4000)));
    const [question, answer] = ladder(play, { withArp: true }).rungs;
    expect(question).toMatchObject({ from: 'client', to: 'director' });
    expect(question!.summary).toMatch(/^ARP request: who has 10\.0\.1\.100/);
    expect(answer).toMatchObject({ from: 'director', to: 'client' });
    const onServersSide = ladder(play, { withArp: true }).rungs.filter(({ summary }) =>
      summary.startsWith('ARP request: who has 10.0.2.11'),
    );
    expect(onServersSide.map(({ to }) => to).toSorted()).toEqual(['rs1', 'rs2', 'rs3']);
  });

  it('is empty where nothing was sent', async () => {
    expect(ladder(await played('nat', () => undefined))).toMatchObject({
      rungs: [],
      leftOut: 0,
      hosts: ['director'],
    });
  });
});
