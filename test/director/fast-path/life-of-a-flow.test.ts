/** When flows are the fast path's and when they are the director's, and that the director knows of them what it has to. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NO_PAUSE_LOOKS, NO_PAUSE_MS, PAUSE_MS } from '../../../director/fast-path/waiting-flows.ts';
import { ACK, FIN, SYN } from '../../../lab/frames/index.ts';
import { stayOnOneProcessor } from '../../../native/affinity.ts';
import { describeAsRoot } from '../../root.ts';
import { Flows, NETWORK, PORT } from './flows.ts';
import { type Flow, plainFrame } from './frames.ts';
import { openPath, PATHS, type Path } from './paths.ts';

describeAsRoot('a flow', () => {
  let letGo: () => void;
  let it: Flows;
  let path: Path;
  let nat: Flow;
  beforeAll(() => {
    letGo = stayOnOneProcessor();
  });
  afterAll(() => letGo());
  beforeEach(() => {
    it = new Flows(1);
    path = openPath('xdp', [PATHS.xdp[0].make(it.kernel.maps)]);
    nat = it.flows[0] as Flow;
  });
  afterEach(() => {
    path.close();
    it.close();
  });

  /** What the fast path sends of it, a copy. */
  const sent = (flow: Flow, isReply = false, flags?: number) =>
    path.send(it.caseOf(flow, isReply, flags))?.slice();
  const bothWays = (flow: Flow) => [sent(flow), sent(flow, true)].map((frame) => frame !== undefined);
  const goSlow = (flow: Flow, packets: number, flags = ACK) => {
    for (let i = 0; i < packets; i++) {
      it.director.receive(PORT, plainFrame(flow, false, flags));
      it.director.receive(PORT, plainFrame(flow, true, flags));
    }
    it.settle();
  };
  const rowOf = ({ client, clientPort, port }: Flow) =>
    [...it.director.core.state.connections.table.rows()].find((row) => {
      const { table } = it.director.core.state.connections;
      return table.clientPort[row] === clientPort && table.virtualPort[row] === port && client !== '';
    }) as number;

  test('is the director’s for its first packets', () => {
    const young = it.establish(it.kinds[0]!, 3);
    it.settle();
    expect(bothWays(young)).toEqual([false, false]);
    goSlow(young, 8);
    expect(bothWays(young)).toEqual([true, true]);
  });

  test('waits for a pause, unless there is none', () => {
    const young = it.establish(it.kinds[0]!, 12);
    const { director, fastPath } = it;
    fastPath.settle(director.nowMs, true);
    director.advance(NO_PAUSE_MS - 1);
    for (let looks = 0; looks < NO_PAUSE_LOOKS; looks++) fastPath.settle(director.nowMs, false);
    expect(bothWays(young)).toEqual([false, false]);
    director.advance(1);
    fastPath.settle(director.nowMs, false);
    expect(bothWays(young)).toEqual([true, true]);
  });

  test('is not taken for one without a pause by a director that has slept', () => {
    const young = it.establish(it.kinds[0]!, 12);
    const { director, fastPath } = it;
    director.advance(NO_PAUSE_MS);
    for (let looks = 1; looks < NO_PAUSE_LOOKS; looks++) fastPath.settle(director.nowMs, false);
    expect(bothWays(young)).toEqual([false, false]);
    director.advance(1);
    fastPath.settle(director.nowMs, false);
    expect(bothWays(young)).toEqual([true, true]);
  });

  describe('once it has been made ready', () => {
    let ready: Flow;
    beforeEach(() => {
      ready = it.establish(it.kinds[0]!, 12);
      it.director.advance(PAUSE_MS);
      it.fastPath.settle(it.director.nowMs, true);
    });
    const settle = (isIdle: boolean) => it.fastPath.settle(it.director.nowMs, isIdle);

    test('becomes the programs’ if no packet waits', () => {
      expect(settle(false)).toBe(true);
      expect(settle(true)).toBe(false);
      expect(bothWays(ready)).toEqual([true, true]);
    });

    test('stays the director’s, in the direction of a packet that the programs have seen', () => {
      expect(sent(ready)).toBeUndefined();
      settle(true);
      expect(bothWays(ready)).toEqual([false, true]);
    });

    test('stays the director’s, in the direction of a packet that had come before', () => {
      it.director.receive(PORT, plainFrame(ready, true, ACK));
      settle(true);
      expect(bothWays(ready)).toEqual([true, false]);
      it.settle();
      expect(bothWays(ready)).toEqual([true, true]);
    });

    test('has to be made ready anew when rules have changed', () => {
      it.fastPath.rulesChanged();
      settle(true);
      expect(bothWays(ready)).toEqual([false, false]);
      goSlow(ready, 1);
      expect(bothWays(ready)).toEqual([true, true]);
    });
  });

  test('is the director’s again, both ways, once it has seen a FIN', () => {
    expect(bothWays(nat)).toEqual([true, true]);
    it.director.receive(PORT, plainFrame(nat, true, FIN | ACK));
    expect(bothWays(nat)).toEqual([false, false]);
    goSlow(nat, 10);
    expect(bothWays(nat)).toEqual([false, false]);
  });

  test('is the director’s for a while after a packet that needed thought, so that none overtakes that', () => {
    it.director.advance(1_000);
    it.director.receive(PORT, plainFrame(nat, false, ACK));
    expect(bothWays(nat)).toEqual([false, true]);
    const ask = (packets: number) => {
      for (let i = 0; i < packets; i++) it.director.receive(PORT, plainFrame(nat, false, ACK));
      it.settle();
    };
    ask(7);
    expect(bothWays(nat)).toEqual([false, true]);
    ask(1);
    expect(bothWays(nat)).toEqual([true, true]);
  });

  test.each([
    ['rules', () => it.fastPath.rulesChanged()],
    ['routes', () => it.director.setNetwork(NETWORK)],
    ['a path MTU', () => it.director.core.state.routes.learnPathMtu(0x0a00020b, 1400, it.director.nowMs)],
  ])('is judged anew when %s change, and then the fast path’s again', (_what, change) => {
    change();
    it.fastPath.tick(it.director.nowMs);
    expect(it.flows.map((flow) => sent(flow)).filter((frame) => frame !== undefined)).toEqual([]);
    goSlow(nat, 1);
    expect(bothWays(nat)).toEqual([true, true]);
  });

  test('that waits when routes change is entered by none of the former ones', () => {
    const young = it.establish(it.kinds[0]!, 12);
    it.director.setNetwork(NETWORK);
    it.settle();
    expect(bothWays(young)).toEqual([false, false]);
    goSlow(young, 1);
    expect(bothWays(young)).toEqual([true, true]);
  });

  test('follows its neighbour to another address, and is the director’s while there is none', () => {
    const before = sent(nat)!;
    it.answerArp(nat.server, '02:00:00:00:09:09');
    expect([...sent(nat)!.subarray(0, 6)]).toEqual([2, 0, 0, 0, 9, 9]);
    expect(sent(nat)!.subarray(6)).toEqual(before.subarray(6));
    it.silence(nat.server);
    expect(bothWays(nat)).toEqual([false, true]);
    it.answerArp(nat.server, '02:00:00:00:09:0a');
    it.director.receive(PORT, plainFrame(nat, false, ACK));
    expect([...sent(nat)!.subarray(0, 6)]).toEqual([2, 0, 0, 0, 9, 10]);
  });

  test('is the director’s once that closes the fast path, whatever has become of the flow before', () => {
    const [, other] = it.flows as [Flow, Flow];
    const ended = { ...it.caseOf(other, false), frame: plainFrame(other, false, FIN | ACK) };
    expect(path.send(ended)).toBeUndefined();
    it.fastPath.close();
    expect([sent(nat), sent(other)]).toEqual([undefined, undefined]);
  });

  test('has its station asked from time to time, as long as it has packets', () => {
    const { director, fastPath } = it;
    fastPath.tick(director.nowMs);
    director.advance(40_000);
    director.arpSent.length = 0;
    fastPath.tick(director.nowMs);
    expect(director.arpSent).toEqual([]);
    it.maps.forgetUse();
    sent(nat);
    director.advance(2_000);
    fastPath.tick(director.nowMs);
    expect(director.arpSent).toHaveLength(1);
  });

  test('keeps its connection alive, and ends with it', () => {
    const { director } = it;
    const { table } = director.core.state.connections;
    const row = rowOf(nat);
    const timeoutMs = table.timeoutMs[row] as number;
    director.advance(timeoutMs - 1_000);
    it.maps.setLastSeen(nat, director.nowMs - 500);
    director.core.state.connections.catchUp(row);
    expect((table.expiresAtMs[row] as number) - director.nowMs).toBeCloseTo(timeoutMs - 500, -1);
    it.maps.setLastSeen(nat, director.nowMs);
    director.advance(timeoutMs - 1_000);
    expect(rowOf(nat)).toBe(row);
    expect(bothWays(nat)).toEqual([true, true]);
    director.advance(2_000);
    expect(rowOf(nat)).toBeUndefined();
    expect(bothWays(nat)).toEqual([false, false]);
  });

  test('loses its replies to a newer connection from the same port to the same server', () => {
    it.director.rules('-A -t 10.99.0.1:85 -s rr', `-a -t 10.99.0.1:85 -r ${nat.server}:8080 -m`);
    it.settle();
    goSlow(nat, 1);
    expect(bothWays(nat)).toEqual([true, true]);
    const newer = { ...nat, port: 85 };
    it.director.receive(PORT, plainFrame(newer, false, SYN));
    expect(bothWays(nat)).toEqual([true, false]);
    goSlow(newer, 12);
    expect([...sent(newer, true)!.subarray(34, 36)]).toEqual([0, 85]);
  });

  test('counts for its server, its service and in total, unless the server was deleted', () => {
    const totals = () => it.director.snapshot().totals;
    const [service] = it.director.snapshot().services;
    const before = totals();
    const bytes = plainFrame(nat, false, ACK).length - 14;
    for (let i = 0; i < 3; i++) sent(nat);
    sent(nat, true);
    it.fastPath.harvest();
    expect(totals().inPackets - before.inPackets).toBe(3);
    expect(totals().inBytes - before.inBytes).toBe(3 * bytes);
    expect(totals().outPackets - before.outPackets).toBe(1);
    expect(it.director.snapshot().services[0]!.inPackets - service!.inPackets).toBe(3);
    sent(nat);
    it.director.rules(`-d -t 10.99.0.1:80 -r ${nat.server}:8080`);
    it.fastPath.harvest();
    expect(totals().inPackets - before.inPackets).toBe(3);
  });

  test('is not entered where it needs thought: one packet, another tunnel, a director without path MTUs', () => {
    it.director.rules('-A -u 10.99.0.1:99 -s rr -o', '-a -u 10.99.0.1:99 -r 10.0.2.11 -m');
    it.director.rules('-A -t 10.99.0.1:98 -s rr', '-a -t 10.99.0.1:98 -r 10.0.2.11 -i --tun-type gre');
    const one = it.establish({ protocol: 'udp', port: 99, serverPort: 99, option: '-m' }, 12, '10.0.2.11');
    const gre = it.establish({ protocol: 'tcp', port: 98, serverPort: 98, option: '-i' }, 12, '10.0.2.11');
    it.director.set('pmtu_disc', 0);
    const ipip = it.establish(it.kinds[5]!, 12);
    it.settle();
    expect([one, gre, ipip].map((flow) => sent(flow))).toEqual([undefined, undefined, undefined]);
  });
});

describeAsRoot('more flows than there is room for', () => {
  test('have a larger table made, up to a limit; those beyond it stay the director’s', () => {
    const letGo = stayOnOneProcessor();
    const it = new Flows(2, { first: 16, most: 64 });
    const many = Array.from({ length: 100 }, () => it.establish(it.kinds[3]!, 12));
    // What there was is entered again as its packets come.
    for (let round = 0; round < 3; round++) {
      for (const flow of many) it.director.receive(PORT, plainFrame(flow, false, ACK));
      it.settle();
    }
    const path = openPath('xdp', [PATHS.xdp[0].make(it.kernel.maps)]);
    const both = [...it.flows, ...many].flatMap((flow) => [it.caseOf(flow, false), it.caseOf(flow, true)]);
    const taken = both.filter((one) => path.send(one) !== undefined);
    expect(taken.length).toBe(it.fastPath.flowCount);
    expect(taken.length).toBe(64);
    path.close();
    it.close();
    letGo();
  });
});
