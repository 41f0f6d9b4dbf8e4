import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningState } from '../../../director/control/snapshot.ts';
import type { CaseRun } from '../../../harness/conformance/case-run.ts';
import { playInMemory } from '../../../harness/conformance/memory-stage.ts';
import { openNamespacePlayer } from '../../../harness/conformance/netns-player.ts';
import { ownDirector } from '../../../harness/directors/index.ts';
import { tsDirectorOf } from '../../../harness/directors/ts/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { echoRequest, hex, ipFrame, tcpOf, udpOf, udpPacket } from '../../../lab/frames/index.ts';
import { listLabs, type Mode } from '../../../lab/index.ts';
import { TcpClient, tcpServer, udpEcho } from '../../../lab/stations/index.ts';
import type { Stage } from '../../../scenarios/kit/stage.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const SEED = 7;
const SERVICE_PORT = 80;

async function open(mode: Mode) {
  const directory = await temporaryRunDirectory();
  const player = await openNamespacePlayer({
    mode,
    director: ownDirector,
    seed: SEED,
    runDirectory: directory.path,
  });
  let index = 0;
  return {
    player,
    play: (script: (stage: Stage) => Promise<unknown>) => player.play({ play: script }, { index: index++ }),
    async [Symbol.asyncDispose]() {
      await player[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const serverPort = (stage: Stage) => (stage.mode === 'nat' ? 9000 : SERVICE_PORT);

async function balance(stage: Stage, protocol: '-t' | '-u'): Promise<void> {
  const service = `${protocol} ${stage.vip}:${SERVICE_PORT}`;
  await stage.director.rules(
    `-A ${service} -s rr`,
    ...stage.servers.map(({ address }) => `-a ${service} -r ${address}:${serverPort(stage)} ${stage.method}`),
  );
}

const datagram = (stage: Stage, sourcePort: number, bytes = 20) =>
  udpPacket(
    { source: stage.clientAddress(), destination: stage.vip, id: sourcePort },
    { sourcePort, destinationPort: SERVICE_PORT, payload: new Uint8Array(bytes) },
  );

const pidOf = async (stage: Stage) => ((await stage.director.snapshot()) as RunningState).process.pid;

/**
 * By interface and direction: how those that come mingle with those that go is a matter of speed. Who asks by ARP is not
 * the same in both labs: in namespaces the machine’s own stack asks too.
 */
const packetsOf = ({ seen }: CaseRun): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    seen.topology.hosts.flatMap(({ name, interfaces }) =>
      interfaces.flatMap((port) => {
        const isSent = ({ sourceMac }: DecodedPacket) => sourceMac === port.mac;
        const packets = seen.on(name, port.name);
        return [
          [`${name} ${port.name} sent`, packets.filter(isSent).map(({ bytes }) => hex(bytes))],
          [`${name} ${port.name} got`, packets.filter((one) => !isSent(one)).map(({ bytes }) => hex(bytes))],
        ];
      }),
    ),
  );

for (const mode of ['nat', 'dr', 'tun'] as const) {
  describeAsRoot(`packet cases in namespaces: ${mode}`, () => {
    let net: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      net = await open(mode);
    });
    afterAll(() => net[Symbol.asyncDispose]());

    it('show the very packets that are seen in memory, on every interface', async () => {
      const exchange = async (stage: Stage) => {
        await balance(stage, '-t');
        for (const [i, server] of stage.servers.entries()) {
          server.answer(tcpServer({ port: serverPort(stage), seed: i }));
        }
        const tcp = new TcpClient(stage.client, {
          source: '198.18.0.1',
          sourcePort: 1000,
          destination: stage.vip,
          destinationPort: SERVICE_PORT,
        });
        await tcp.open();
        await tcp.send(new Uint8Array(500));
        await tcp.close();
        await stage.settle();
        return stage.director.ipvsadm('-Ln');
      };
      const real = await net.play(exchange);
      const virtual = await playInMemory({ play: exchange }, mode, { seed: SEED, index: 0 });
      expect(real.error ?? virtual.error).toBeUndefined();
      expect(packetsOf(virtual)['client eth0 sent']).toHaveLength(6);
      expect(packetsOf(real)).toEqual(packetsOf(virtual));
      expect(real.played).toEqual(virtual.played);
      const times = real.seen.on('client', 'eth0').map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });

    it('answer what is for the director’s own machine, as a machine on which nothing listens', async () => {
      const ask = async (stage: Stage) => {
        await balance(stage, '-t');
        const ip = { source: '198.18.0.1', destination: stage.vip };
        stage.client.send(echoRequest(ip, { id: 7, sequence: 1, data: new Uint8Array(8) }));
        const tcp = new TcpClient(stage.client, {
          source: ip.source,
          sourcePort: 1000,
          destination: stage.vip,
          destinationPort: 4711,
        });
        const refusal = await tcp.open();
        await stage.settle();
        return [stage.client.inbox.length, refusal?.flags];
      };
      const real = await net.play(ask);
      const virtual = await playInMemory({ play: ask }, mode, { seed: SEED, index: 0 });
      expect(real.played).toEqual(virtual.played);
      expect(real.played).toEqual([2, 20]);
    });

    it('settle when everything that was sent has been dealt with', async () => {
      const { played, error } = await net.play(async (stage) => {
        await balance(stage, '-u');
        for (const server of stage.servers) server.answer(udpEcho({ port: serverPort(stage) }));
        // The first three learn who is where: few packets wait for that, and those above are dropped.
        for (let i = 0; i < 3; i++) stage.client.send(datagram(stage, 1000 + i));
        await stage.settle();
        for (let i = 3; i < 300; i++) stage.client.send(datagram(stage, 1000 + i));
        await stage.settle();
        const { totals } = await stage.director.snapshot();
        return { answers: stage.client.inbox.length, totals };
      });
      expect(error).toBeUndefined();
      expect(played).toMatchObject({ answers: 300, totals: { connections: 300, inPackets: 300 } });
    });

    it('find nothing of the case before: rules, connections, settings, counters, MTU, forwarding', async () => {
      const state = async (stage: Stage) => {
        const { process, ...rest } = (await stage.director.snapshot()) as RunningState;
        const { mtuBytes, ipForward } = process;
        return { ...rest, mtuBytes, ipForward, lists: await stage.director.ipvsadm('-L', '--timeout') };
      };
      const first = await net.play(state);
      await net
        .play(async (stage) => {
          await balance(stage, '-u');
          await stage.director.ipvsadm('--set', '10', '20', '30');
          await stage.director.set('expire_nodest_conn', 1);
          await stage.director.setServerSideMtu(1300);
          await stage.director.setIpForward(mode !== 'nat');
          stage.client.send(datagram(stage, 1000));
          await stage.settle();
          const changed = await state(stage);
          expect(changed).toMatchObject({ totals: { connections: 1 }, ipForward: mode !== 'nat' });
          expect(Object.values(changed.mtuBytes)).toContain(1300);
          return undefined;
        })
        .then(({ error }) => expect(error).toBeUndefined());
      expect((await net.play(state)).played).toEqual(first.played);
      const { captures } = await net.play(async () => undefined);
      expect(captures.flatMap(({ frames }) => frames)).toEqual([]);
    });

    it('keep what a case throws, and what a station throws, as how that case ended; the next one plays', async () => {
      const thrown = await net.play(() => Promise.reject(new Error('a slip in the script')));
      expect(thrown.error?.message).toBe('a slip in the script');
      const refused = await net.play((stage) => stage.director.rules('-A -t nowhere:80'));
      expect(refused.error?.message).toMatch(/illegal virtual server address/);
      const station = await net.play(async (stage) => {
        await balance(stage, '-u');
        for (const server of stage.servers) {
          server.answer(() => {
            throw new Error('a slip in the server');
          });
        }
        stage.client.send(datagram(stage, 1000));
        await stage.client.next(() => true, { timeoutMs: 10_000 });
      });
      expect(station.error?.message).toBe('a slip in the server');
      expect((await net.play(async (stage) => stage.lab)).played).toBe('netns');
    });

    it('let nothing of a case happen after its end', async () => {
      const over = Promise.withResolvers<void>();
      let late: Promise<void> | undefined;
      const failed = await net.play(async (stage) => {
        late = over.promise.then(() => stage.client.send(datagram(stage, 4711)));
        throw new Error('it failed early');
      });
      expect(failed.error?.message).toBe('it failed early');
      const { captures } = await net.play(async (stage) => {
        over.resolve();
        await expect(late).rejects.toThrow('the case is over');
        await stage.settle();
      });
      expect(captures.flatMap(({ frames }) => frames)).toEqual([]);
    });

    it('wait for packets that come, and no longer than they say for those that do not', async () => {
      const { played } = await net.play(async (stage) => {
        await balance(stage, '-u');
        for (const server of stage.servers) server.answer(udpEcho({ port: serverPort(stage) }));
        stage.client.send(datagram(stage, 1000));
        const answer = await stage.client.next((packet) => udpOf(packet)?.destinationPort === 1000);
        const none = await stage.client.next((packet) => tcpOf(packet) !== undefined, { timeoutMs: 30 });
        const startMs = performance.now();
        await stage.wait(50);
        return {
          answer: answer && udpOf(answer)?.sourcePort,
          none,
          waited: performance.now() - startMs > 45,
        };
      });
      expect(played).toEqual({ answer: SERVICE_PORT, none: undefined, waited: true });
    });

    it('do not send what the link does not carry', async () => {
      const { played, error } = await net.play(async (stage) => {
        const frame = ipFrame(stage.client.mac, stage.director.clientSideMac, datagram(stage, 1000, 1500));
        stage.client.sendFrame('eth0', frame);
        await stage.settle();
        return frame.length;
      });
      expect(error).toBeUndefined();
      expect(played).toBe(14 + 28 + 1500);
    });
  });
}

describeAsRoot('packet cases in namespaces, where nothing more can be trusted', () => {
  it('end when the director is killed in the middle of one, and say where its log is', async () => {
    await using net = await open('nat');
    const killed = net.play(async (stage) => {
      process.kill(await pidOf(stage), 'SIGKILL');
      await stage.client.next(() => false, { timeoutMs: 600_000 });
    });
    await expect(killed).rejects.toThrow(/the director ended by itself, by SIGKILL; see .*director\.log/);
    await expect(net.play(async () => undefined)).rejects.toThrow(/the director ended by itself/);
  });

  it('end when it is killed while it is being asked', async () => {
    await using net = await open('nat');
    const killed = net.play(async (stage) => {
      process.kill(await pidOf(stage), 'SIGKILL');
      for (;;) await stage.director.snapshot();
    });
    await expect(killed).rejects.toThrow(/the director ended by itself, by SIGKILL; see .*director\.log/);
  });

  it('end, each, in words where two hosts answer each other for ever; the next one plays', async () => {
    await using net = await open('nat');
    const [first, second] = [
      ['10.0.2.11', '10.0.2.12'],
      ['10.0.2.12', '10.0.2.11'],
    ].map(([source = '', destination = '']) =>
      udpPacket({ source, destination }, { sourcePort: 7, destinationPort: 7, payload: new Uint8Array(8) }),
    ) as [Uint8Array, Uint8Array];
    const { error } = await net.play(async (stage) => {
      stage.servers[0].answer(() => [first]);
      stage.servers[1].answer(() => [second]);
      stage.servers[0].send(first);
      await stage.settle();
    });
    expect(error?.message).toMatch(/do hosts answer each other for ever|frames keep coming/);
    const { captures } = await net.play((stage) => stage.settle());
    expect(captures.flatMap(({ frames }) => frames)).toEqual([]);
  });

  it('are played again when the machine was busy, and cannot be judged by time if it always is', async () => {
    await using net = await open('nat');
    // Time that the case has not asked for: as if somebody else had the processor.
    const stall = () => delay(1100);
    const sendOne = (stage: Stage) =>
      stage.client.sendFrame(
        'eth0',
        ipFrame(stage.client.mac, stage.director.clientSideMac, datagram(stage, 10)),
      );
    let plays = 0;
    const once = await net.play(async (stage) => {
      plays++;
      sendOne(stage);
      await stage.wait(1);
      if (plays === 1) await stall();
      return plays;
    });
    expect(once.error).toBeUndefined();
    expect(once.played).toBeGreaterThanOrEqual(2);
    const always = await net.play(async (stage) => {
      sendOne(stage);
      await stage.wait(1);
      await stall();
    });
    expect(always.error?.message).toMatch(/too busy for a case that goes by time/);
    const timeless = await net.play(stall);
    expect(timeless.error).toBeUndefined();
  });

  it('end when frames passed unseen', async () => {
    await using net = await open('nat');
    const flooded = net.play(async (stage) => {
      const frame = ipFrame(stage.client.mac, stage.director.clientSideMac, datagram(stage, 1000));
      for (let i = 0; i < 5000; i++) stage.client.sendFrame('eth0', frame);
    });
    await expect(flooded).rejects.toThrow(/frames passed client eth0 unseen/);
  });

  it('are not begun where the director does not start; nothing is left', async () => {
    await using directory = await temporaryRunDirectory();
    const director = tsDirectorOf('/no/such/director.ts');
    const opening = openNamespacePlayer({ mode: 'nat', seed: 1, runDirectory: directory.path, director });
    await expect(opening).rejects.toThrow(/director on director ended with exit code 1 before it was ready/);
    // Other tests have labs of their own up at the same time.
    const left = (await listLabs()).filter(({ runDirectory }) => runDirectory.startsWith(directory.path));
    expect(left).toEqual([]);
  });
});
