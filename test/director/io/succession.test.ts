import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient, controlSocketPath } from '../../../director/index.ts';
import {
  bringUp,
  type Lab,
  type LabProcess,
  startHttpServers,
  startUdpServers,
  topologies,
} from '../../../lab/index.ts';
import { ALL_MODES, MODES } from '../../../lab/modes.ts';
import { describeAsRoot } from '../../root.ts';
import { DIRECTOR } from './director-lab.ts';

const LVS_LAB = fileURLToPath(new URL('../../../bin/lvs-lab', import.meta.url));
const HOLD = fileURLToPath(new URL('../fixtures/hold-connections.ts', import.meta.url));
const ASK_ONCE = fileURLToPath(new URL('../fixtures/ask-once.ts', import.meta.url));
const UDP_PORT = 82;
const IDLE = 200;
const BUSY = 10;

/** A client of its own process in the lab, asked line by line. */
class Client {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(namespace: string, program: string, ...args: readonly (string | number)[]) {
    const command = ['netns', 'exec', namespace, process.execPath, program];
    this.#child = spawn('ip', [...command, ...args.map(String)]);
    const lines: Interface = createInterface(this.#child.stdout);
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async next(): Promise<string> {
    return (await this.#lines.next()).value as string;
  }

  async ask(): Promise<unknown> {
    this.#child.stdin.write('\n');
    return JSON.parse(await this.next());
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

describeAsRoot('another director goes on in place of one that ends', () => {
  describe.each(ALL_MODES)('%s', (mode) => {
    let lab: Lab;
    let directory: string;
    let running: LabProcess;
    let client: Client;
    let control: ControlClient;
    let rulesFile: string;

    const start = () =>
      lab.host('director').start('director', process.execPath, [DIRECTOR, '--rules', rulesFile], {
        ready: /^ready: /m,
      });
    const state = () => control.snapshot();
    const pid = async () => (await control.summary().catch(() => undefined))?.process.pid;
    /** Resolves once another director answers than that one. */
    const follows = (before: number | undefined) =>
      expect
        .poll(pid, { timeout: 30_000, interval: 50 })
        .toSatisfy((now) => now !== undefined && now !== before);

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
      lab = await bringUp(topologies[mode]({ servers: 2 }), { runDirectory: directory });
      const port = MODES[mode].rewritesAddresses ? 8080 : 80;
      await Promise.all([startHttpServers(lab, { port }), startUdpServers(lab, { port: UDP_PORT })]);
      const { vip, realServers } = lab.topology;
      rulesFile = join(directory, 'rules');
      await writeFile(
        rulesFile,
        [
          `-A -t ${vip}:80 -s wrr`,
          ...realServers.map(
            ({ rip }, i) => `-a -t ${vip}:80 -r ${rip}:${port} ${MODES[mode].ipvsadmOption} -w ${i + 1}`,
          ),
          `-A -u ${vip}:${UDP_PORT} -s rr`,
          ...realServers.map(
            ({ rip }) => `-a -u ${vip}:${UDP_PORT} -r ${rip}:${UDP_PORT} ${MODES[mode].ipvsadmOption}`,
          ),
        ].join('\n'),
      );
      control = new ControlClient(controlSocketPath(`/run/netns/${lab.host('director').namespace}`));
      running = await start();
      client = new Client(lab.host('client').namespace, HOLD, vip, 80, IDLE, BUSY);
      expect(await client.next()).toBe('holding');
    });
    afterAll(async () => {
      client.end();
      await control.stop().catch(() => undefined);
      await lab[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    it('after SIGKILL: no connection is lost, nor what was counted before its rules last changed', async () => {
      const before = await state();
      await control.apply(`-A -t ${lab.topology.vip}:81 -s rr`);
      running.signal('SIGKILL');
      await running.exited;
      await follows(running.pid);
      expect(await client.ask()).toEqual({ lost: 0, errors: [] });
      const after = await state();
      expect(after.process.isRevived).toBe(true);
      expect(after.totals.connections).toBe(before.totals.connections);
      expect(after.totals.inPackets).toBeGreaterThanOrEqual(before.totals.inPackets);
      expect(after.services).toHaveLength(3);
      const servers = ({ services }: typeof after) =>
        services[0]?.servers.map((server) => server.activeConnections + server.inactiveConnections);
      expect(servers(after)).toEqual(servers(before));
    });

    it('by "restart": no connection is lost, and the scheduler goes on where it was', async () => {
      const before = await pid();
      await lab.host('director').run(LVS_LAB, ['director', 'restart']);
      expect(await pid()).not.toBe(before);
      expect(await client.ask()).toEqual({ lost: 0, errors: [] });
    });

    it('when somebody starts one after the keeper did: it has the rules that it is given, and nothing is lost', async () => {
      // The one that runs was started by a keeper, for one that nobody will start again.
      process.kill((await pid()) as number, 'SIGKILL');
      running = await start();
      await expect.poll(pid, { timeout: 30_000 }).toBe(running.pid);
      expect(await client.ask()).toEqual({ lost: 0, errors: [] });
    });

    it('what clients send meanwhile waits for the next one, which answers all of it', async () => {
      const asking = new Client(lab.host('client').namespace, ASK_ONCE, lab.topology.vip, UDP_PORT);
      try {
        expect(await asking.next()).toBe('asking');

        const first = await pid();
        running.signal('SIGKILL');
        await running.exited;
        await follows(first);
        const second = await pid();
        await lab.host('director').run(LVS_LAB, ['director', 'restart']);
        await follows(second);
        process.kill((await pid()) as number, 'SIGTERM');
        running = await start();
        expect(await asking.ask()).toMatchObject({ unanswered: 0 });
      } finally {
        asking.end();
      }
    });

    it('when one is started after SIGTERM: no connection is lost', async () => {
      await running.stop();
      running = await start();
      expect(await client.ask()).toEqual({ lost: 0, errors: [] });
      expect((await state()).process.pid).toBe(running.pid);
    });

    it('by "restart" time and again: the process that was started first stays until the last one ends', async () => {
      for (let i = 0; i < 3; i++) await lab.host('director').run(LVS_LAB, ['director', 'restart']);
      expect(await pid()).not.toBe(running.pid);
      expect(() => process.kill(running.pid, 0)).not.toThrow();
      await lab.host('director').run(LVS_LAB, ['director', 'stop']);
      expect(await running.exited).toMatchObject({ exitCode: 0 });
    });
  });
});
