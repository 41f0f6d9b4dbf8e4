/** Cases played, judged and kept. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LABS, ReopeningRunner } from '../../../harness/conformance/labs.ts';
import {
  type CatalogueContext,
  NEEDS_VIRTUAL_TIME,
  runCase,
} from '../../../harness/conformance/run-cases.ts';
import { ownDirector } from '../../../harness/directors/index.ts';
import { systemPath } from '../../../harness/environment/system-path.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { arpQuestion } from '../../../lab/frames/index.ts';
import { expectNothing, outcome } from '../../../scenarios/kit/expecting/expect.ts';
import { finding, findingAbout } from '../../../scenarios/kit/finding.ts';
import { type PacketCase, packetCase } from '../../../scenarios/kit/packet-case.ts';
import { datagram } from '../run/case-runs.ts';

let resultDirectory: string;
beforeEach(async () => {
  resultDirectory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
});
afterEach(() => rm(resultDirectory, { recursive: true }));

/** A client asks for a port without a service: the director’s machine answers “port unreachable”. */
function caseWith(more: Partial<PacketCase<number>> = {}): PacketCase {
  return packetCase<number>({
    name: 'some/thing',
    title: 'Something',
    requirement: 'It is so.',
    sources: [{ kind: 'rfc', where: 'RFC 1122' }],
    modes: ['nat'],
    play: async (stage) => {
      stage.client.send(datagram(stage, 4000));
      stage.client.send(datagram(stage, 4001));
      return 2;
    },
    check: (seen, sent) => outcome(sent, `${sent} datagrams, ${seen.toClients.length} answers`),
    ...more,
  });
}

async function run(one: PacketCase, more: Partial<CatalogueContext> = {}) {
  const options = { mode: 'nat' as const, director: ownDirector, seed: 1, resultDirectory };
  await using player = await LABS.memory(options);
  const context = {
    mode: 'nat' as const,
    lab: 'memory' as const,
    director: ownDirector,
    player,
    resultDirectory,
  };
  return runCase({ one, index: 3 }, { ...context, ...more });
}

describe('a case that holds', () => {
  it('is in the result with its ladder, and the director’s frames are in a capture', async () => {
    const result = await run(caseWith());
    expect(result).toMatchObject({
      id: 'nat/some/thing',
      source: 'RFC 1122',
      status: 'passed',
      lab: 'memory',
      scheduler: 'various',
      evidence: '2 datagrams, 2 answers',
      examined: 2,
      findings: [],
      durationMs: expect.any(Number),
      flow: { pcap: 'cases/nat-some-thing.pcap', hosts: ['client', 'director'], leftOut: 0 },
    });
    expect(result.flow!.rungs.map(({ from }) => from)).toEqual(['client', 'client', 'director', 'director']);
    const place = { host: 'director', interface: 'eth0', file: join(resultDirectory, result.flow!.pcap) };
    const { packets } = await readCapture(place);
    expect(packets.filter(({ ip }) => ip !== undefined)).toHaveLength(4);
    // Other captures are kept only where a finding names them.
    expect(await readdir(join(resultDirectory, 'cases'))).toEqual(['nat-some-thing.pcap']);
  });
});

describe('a case that fails', () => {
  const failing = caseWith({
    check: (seen) =>
      outcome(2, 'answers', expectNothing(seen.at('client').slice(1), 'There should be no answer.')),
  });

  it('names a packet in a capture that is kept, with a command that shows exactly that packet', async () => {
    const { status, findings } = await run(failing);
    expect(status).toBe('failed');
    const [found] = findings;
    expect(found).toMatchObject({
      message: 'There should be no answer.',
      packet: { capture: 'cases/nat-some-thing/client-eth0.pcap', host: 'client', interface: 'eth0' },
    });
    const { frame, capture } = found!.packet!;
    const { packets } = await readCapture({ host: '', interface: '', file: join(resultDirectory, capture) });
    expect(packets[frame - 1]!.ip!.icmpType).toBe(3);
    const { stdout } = await execa('sh', ['-c', found!.command!], {
      cwd: resultDirectory,
      env: { PATH: systemPath() },
    });
    expect(stdout.match(/^ *\d+ {2}\d\d:\d\d:\d\d/gm)).toHaveLength(1);
    expect(stdout).toContain('udp port 53 unreachable');
    expect(stdout).toContain('198.18.3.1.4001 >');
  });

  it('shows the conversation of that packet alone', async () => {
    const { flow } = await run(failing);
    expect(flow!.rungs.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'client > director',
      'director > client',
    ]);
    expect(flow!.rungs[0]!.summary).toContain(':4001 >');
  });

  it('shows ARP where a case has no other packets', async () => {
    const { flow } = await run(
      caseWith({
        play: async ({ client, vip }) => {
          client.sendFrame('eth0', arpQuestion(client.mac, client.address, vip));
          return 1;
        },
      }),
    );
    expect(flow!.rungs.map(({ from, to, direction }) => `${from} > ${to} ${direction}`)).toEqual([
      'client > director request',
      'director > client reply',
    ]);
  });

  it('shows ARP where that is what went wrong', async () => {
    const { flow } = await run(
      caseWith({
        check: (seen) =>
          outcome(
            1,
            '',
            seen.arp('director', 'eth0').map((one) => findingAbout(one, 'No.')),
          ),
      }),
    );
    expect(flow!.rungs.some(({ summary }) => summary.startsWith('ARP request'))).toBe(true);
  });
});

describe('a case that cannot be judged', () => {
  it.each<[string, Partial<PacketCase<number>>, RegExp]>([
    [
      'its script throws',
      { play: () => Promise.reject(new Error('no such rule')) },
      /^it could not be played to its end: no such rule$/,
    ],
    [
      'its check throws',
      {
        check: () => {
          throw new Error('rs9 was not captured');
        },
      },
      /^the check itself failed: rs9 was not captured$/,
    ],
    [
      'it examined nothing',
      { check: () => outcome(0, 'nothing') },
      /^no matching packet was captured, so this could not be judged$/,
    ],
  ])('does not pass: %s', async (_why, more, reason) => {
    expect(await run(caseWith(more))).toMatchObject({
      status: 'error',
      reason: expect.stringMatching(reason),
    });
  });

  it('does not pass: its lab broke', async () => {
    const player = { play: () => Promise.reject(new Error('the director ended by itself')) };
    expect(await run(caseWith(), { player })).toMatchObject({
      status: 'error',
      reason: 'it could not be played: the director ended by itself',
    });
  });

  it('is skipped in namespaces if it needs more time than one waits for', async () => {
    const player = {
      play: () => {
        throw new Error('must not be played');
      },
    };
    const one = caseWith({ virtualTime: true });
    expect(await run(one, { lab: 'netns', player })).toMatchObject({
      status: 'skipped',
      reason: NEEDS_VIRTUAL_TIME,
    });
    expect(await run(one)).toMatchObject({ status: 'passed' });
  });

  it('could not be judged where it fails on a machine that is too busy, each time that it is played again', async () => {
    const failing = caseWith({ check: () => ({ examined: 1, evidence: '', findings: [finding('wrong')] }) });
    const options = { mode: 'nat' as const, director: ownDirector, seed: 1, resultDirectory };
    await using memory = await LABS.memory(options);
    const busy = (busyPlays: number) => {
      let plays = 0;
      return {
        get plays() {
          return plays;
        },
        play: async (...args: Parameters<typeof memory.play>) => ({
          ...(await memory.play(...args)),
          ...(plays++ < busyPlays && { late: 'timers were late twice' }),
        }),
      };
    };
    const always = busy(Number.POSITIVE_INFINITY);
    expect(await run(failing, { player: always })).toMatchObject({
      status: 'error',
      reason:
        'it failed, but this machine is too busy to tell whether by its own fault: timers were late twice',
      findings: [{ message: 'wrong' }],
    });
    expect(always.plays).toBe(3);
    const once = busy(1);
    expect(await run(failing, { player: once })).toMatchObject({ status: 'failed' });
    expect(once.plays).toBe(2);
    const passing = busy(Number.POSITIVE_INFINITY);
    expect(await run(caseWith({}), { player: passing })).toMatchObject({ status: 'passed' });
    expect(passing.plays).toBe(1);
  });

  it('is left out of the verdict, with what was found, where a ledger knows that it fails', async () => {
    const knownDifferences = new Map([[`nat/${caseWith({}).name}`, 'this kernel does so']]);
    const failing = caseWith({ check: () => ({ examined: 1, evidence: '', findings: [finding('wrong')] }) });
    expect(await run(failing, { knownDifferences })).toMatchObject({
      status: 'skipped',
      reason: 'known difference: this kernel does so',
      findings: [{ message: 'wrong' }],
    });
    expect(await run(failing)).toMatchObject({ status: 'failed' });
    expect(await run(caseWith({}), { knownDifferences })).toMatchObject({ status: 'passed' });
  });
});

describe('a lab that breaks', () => {
  const place = { index: 0, directory: '' };
  const options = { mode: 'nat', director: ownDirector, seed: 1, resultDirectory: '' } as const;

  it('is taken down and opened again for the next case', async () => {
    const log: string[] = [];
    const open = async () => {
      log.push('open');
      return {
        play: () => {
          log.push('play');
          return Promise.reject(new Error('broken'));
        },
        [Symbol.asyncDispose]: async () => {
          log.push('close');
        },
      };
    };
    await using player = new ReopeningRunner(open, options);
    expect(log).toEqual([]);
    await expect(player.play(caseWith(), place)).rejects.toThrow('broken');
    await expect(player.play(caseWith(), place)).rejects.toThrow('broken');
    expect(log).toEqual(['open', 'play', 'close', 'open', 'play', 'close']);
  });

  it('is not tried again where it cannot be had at all', async () => {
    let tries = 0;
    await using player = new ReopeningRunner(() => {
      tries++;
      return Promise.reject(new Error('no namespaces'));
    }, options);
    for (let i = 0; i < 3; i++) await expect(player.play(caseWith(), place)).rejects.toThrow('no namespaces');
    expect(tries).toBe(1);
  });
});

it('throws where captures cannot be kept', async () => {
  await writeFile(join(resultDirectory, 'cases'), 'in the way');
  await expect(run(caseWith())).rejects.toThrow(/EEXIST|cannot be written/);
});
