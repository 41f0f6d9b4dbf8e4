import { chmod, chown, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeStateFolder } from '../../../director/control/state-folder.ts';
import { ControlError } from '../../../director/index.ts';
import { NODE_OPTIONS } from '../../../director/program.ts';
import type { LabProcess } from '../../../lab/index.ts';
import { ipv4, udp } from '../../lab/fixtures/packets.ts';
import { describeAsRoot } from '../../root.ts';
import { CIP, DIRECTOR, type DirectorLab, directorLab, RULES, VIP } from './director-lab.ts';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));
const [IPVSADM, LVS_LAB] = [join(BIN, 'ipvsadm'), join(BIN, 'lvs-lab')];

/** Networks and raw sockets (bits 12 and 13), BPF programs (39); reading any file (2) where the sources are another user's. */
const MAY_KEEP = (1n << 12n) | (1n << 13n) | (1n << 39n) | (1n << 2n);

describeAsRoot('a running director', () => {
  let net: DirectorLab;
  let running: LabProcess;

  beforeAll(async () => {
    net = await directorLab();
    running = await net.start();
  });
  afterAll(() => net[Symbol.asyncDispose]());

  const nftTables = async () => (await net.director.run('nft', ['list', 'tables'])).stdout;

  it('balances', async () => {
    expect(new Set([await net.ask(), await net.ask()])).toEqual(new Set(['rs1', 'rs2']));
  });

  it('says what it does: services, servers, counters, connections', async () => {
    const before = await net.control.snapshot();
    await net.ask();
    const after = await net.control.snapshot();
    expect(after.services.map(({ protocol, address, scheduler }) => [protocol, address, scheduler])).toEqual(
      expect.arrayContaining([
        ['TCP', `${VIP}:80`, 'rr'],
        ['UDP', `${VIP}:5300`, 'rr'],
      ]),
    );
    expect(after.totals.connections).toBe(before.totals.connections + 1);
    expect(after.totals.inBytes).toBeGreaterThan(before.totals.inBytes);
    expect(after.connections.at(-1)).toMatchObject({ protocol: 'TCP', virtual: `${VIP}:80` });
    expect(after.process.ports).toEqual(['eth0', 'eth1']);
  });

  it('has given up what it does not need of root’s rights, in all threads, and so has what it starts', async () => {
    const threads = await readdir(`/proc/${running.pid}/task`);
    expect(threads.length).toBeGreaterThan(1);
    for (const thread of threads) {
      const status = await readFile(`/proc/${running.pid}/task/${thread}/status`, 'utf8');
      for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
        const [, held = ''] = new RegExp(`^${set}:\\s*(\\w+)$`, 'm').exec(status) ?? [];
        expect(BigInt(`0x${held}`) & ~MAY_KEEP).toBe(0n);
      }
    }
  });

  it('runs with the options of Node that keep its heap small, however it was started', async () => {
    const command = await readFile(`/proc/${running.pid}/cmdline`, 'utf8');
    expect(command.split('\0')).toEqual(expect.arrayContaining([...NODE_OPTIONS]));
  });

  it('lets root alone reach its control socket and what lies beside it', async () => {
    const [socket, folder] = await Promise.all([stat(net.socketPath), stat(dirname(net.socketPath))]);
    expect([socket.mode & 0o777, socket.uid]).toEqual([0o600, 0]);
    expect([folder.mode & 0o777, folder.uid]).toEqual([0o700, 0]);
  });

  it('closes the folder of its socket to others where it is open', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
    await chmod(folder, 0o777);
    makeStateFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await chown(folder, 1, 1);
    expect(() => makeStateFolder(folder)).toThrow('belongs to another user (1)');
    await rm(folder, { recursive: true });
  });

  it('makes its control socket again where somebody has removed it, and commands wait for that', async () => {
    await rm(net.socketPath);
    const listed = await net.director.run(IPVSADM, ['-Ln']);
    expect(listed.stdout).toMatch(new RegExp(`TCP +${VIP}:80 rr`));
    await rm(net.socketPath);
    const { stdout } = await net.director.run(LVS_LAB, ['director', 'status']);
    expect(stdout).toMatch(/^rules +2 virtual services/m);
    expect((await stat(net.socketPath)).mode & 0o777).toBe(0o600);
  });

  it('counts its connections for a summary, and lists them only where that is asked for', async () => {
    await net.ask();
    const { connections, process: running } = await net.control.snapshot();
    expect(connections.length).toBeGreaterThan(0);
    const summary = await net.control.summary();
    expect(summary.connections).toEqual([]);
    expect(summary.process.connectionCount).toBe(connections.length);
    expect(running.connectionCount).toBe(connections.length);
  });

  it('is the only one in its namespace: a second is refused with exit code 3, and the first goes on', async () => {
    const { exitCode, stderr } = await net.tryToStart(...RULES);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/a director is running in this network namespace already \(process \d+\)/);
    expect(await net.ask()).toMatch(/^rs/);
    await expect(net.control.snapshot()).resolves.toBeDefined();
    expect(running.alive).toBe(true);
  });

  it.each([
    [`-a -t ${VIP}:80 -r nowhere -m`, /illegal real server address\[:port\] specified/],
    [`-a -t ${VIP}:80 -r 10.0.2.11 -m -w heavy`, /illegal weight specified/],
    [`-a -t ${VIP}:80`, /You need to supply the 'real-server' option/],
    [`-X -t ${VIP}:80`, /"-X" does not start a rule/],
    [`-A -t ${VIP}:99999`, /illegal virtual server address/],
  ])('refuses rules with exit code 2 and names the line: %s', async (line, message) => {
    const { exitCode, stdout, stderr } = await net.tryToStart(`-A -t ${VIP}:81 -s rr`, '', '# a word', line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/rules, line 4: /);
    expect(stderr).toContain(line);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('changes nothing where one line of a change does not parse', async () => {
    const { services } = await net.control.snapshot();
    const change = net.control.apply(
      `-A -t ${VIP}:81 -s rr\n-D -t ${VIP}:80\n-a -t nowhere:80 -r 10.0.2.11 -m`,
    );
    await expect(change).rejects.toThrow(ControlError);
    await expect(change).rejects.toThrow(/line 3: illegal virtual server address/);
    expect((await net.control.snapshot()).services.map(({ address }) => address)).toEqual(
      services.map(({ address }) => address),
    );
    expect(await net.ask()).toMatch(/^rs/);
  });

  it('takes changes while it runs', async () => {
    await net.control.apply(`-e -t ${VIP}:80 -r 10.0.2.11:8080 -m -w 0`);
    expect(new Set([await net.ask(), await net.ask(), await net.ask()])).toEqual(new Set(['rs2']));
    await net.control.apply(`-e -t ${VIP}:80 -r 10.0.2.11:8080 -m -w 1`);
    expect(new Set([await net.ask(), await net.ask()])).toEqual(new Set(['rs1', 'rs2']));
  });

  it('says which MTUs and which forwarding it goes by, also after they have changed', async () => {
    const seen = async () => {
      const { mtuBytes, ipForward } = (await net.control.snapshot()).process;
      return { mtuBytes, ipForward };
    };
    expect(await seen()).toEqual({ mtuBytes: { eth0: 1500, eth1: 1500 }, ipForward: true });
    await net.director.run('ip', ['link', 'set', 'eth1', 'mtu', '1400']);
    await net.director.run('sh', ['-c', 'echo 0 > /proc/sys/net/ipv4/ip_forward']);
    await expect
      .poll(seen, { timeout: 10_000, interval: 5 })
      .toEqual({ mtuBytes: { eth0: 1500, eth1: 1400 }, ipForward: false });
    await net.director.run('ip', ['link', 'set', 'eth1', 'mtu', '1500']);
    await net.director.run('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    await expect
      .poll(seen, { timeout: 10_000, interval: 5 })
      .toEqual({ mtuBytes: { eth0: 1500, eth1: 1500 }, ipForward: true });
  });

  it('has dealt with all that came before it was asked to settle', async () => {
    const questions = Array.from({ length: 1000 }, (_, i) =>
      ipv4({
        source: CIP,
        destination: VIP,
        protocol: 17,
        payload: udp({ from: 20_000 + i, to: 5300, text: 'settle' }),
      }),
    );
    await net.sendRaw(net.client, ...questions);
    await net.control.settle();
    const { connections } = await net.control.snapshot();
    expect(connections.filter(({ client }) => client.startsWith(`${CIP}:2`))).toHaveLength(1000);
  });

  it('forgets everything when it is told to, and then balances as before', async () => {
    await net.control.set('expire_nodest_conn=1');
    await net.ask();
    await net.director.run(process.execPath, [DIRECTOR, 'reset']);
    expect(await net.control.snapshot()).toMatchObject({
      services: [],
      connections: [],
      totals: { connections: 0, inPackets: 0 },
    });
    expect(await net.control.settings()).toMatchObject({ expire_nodest_conn: 0 });
    await net.control.apply(RULES.join('\n'));
    expect(new Set([await net.ask(), await net.ask()])).toEqual(new Set(['rs1', 'rs2']));
  });

  it.each([
    'this is no JSON',
    '{"version":1}',
    '{"version":2,"method":"snapshot"}',
    '{"version":1,"method":"destroy"}',
    '{"version":1,"method":"snapshot","more":true}',
    '{"version":1,"method":"apply","rules":7}',
    '[]',
    '',
  ])('answers a request that it does not understand with an error, and goes on: %j', async (line) => {
    const connection = createConnection(net.socketPath);
    const answers = createInterface({ input: connection })[Symbol.asyncIterator]();
    connection.write(`${line}\n{"version":1,"method":"snapshot"}\n`);
    const [refusal, answer] = [await answers.next(), await answers.next()].map(({ value }) =>
      JSON.parse(value ?? ''),
    );
    connection.destroy();
    expect(refusal).toEqual({ ok: false, error: expect.stringMatching(/./) });
    expect(answer).toMatchObject({ ok: true, result: { totals: {} } });
  });

  it('answers a thousand requests one after the other in the time of a test: none waits for a timer', async () => {
    for (let i = 0; i < 1000; i++) await net.control.settle();
  });

  it('does not mind who hangs up in the middle of a request', async () => {
    const connection = createConnection(net.socketPath);
    await new Promise((resolve) => connection.write('{"version":1,"meth', resolve));
    connection.destroy();
    await expect(net.control.snapshot()).resolves.toBeDefined();
  });

  it('killed, is followed by another one, and in between the stack does not answer in its place', async () => {
    running.signal('SIGKILL');
    expect((await running.exited).signal).toBe('SIGKILL');
    expect(await nftTables()).toContain('lvs-lab');
    expect(await net.ask()).toMatch(/rs[12]/);
    const { process: follower, services } = await net.control.snapshot();
    expect(follower.isRevived).toBe(true);
    expect(follower.pid).not.toBe(running.pid);
    expect(services).toHaveLength(2);
  });

  it('started again by hand, takes over from the one that followed', async () => {
    running = await net.start();
    expect((await net.control.snapshot()).process).toMatchObject({ isRevived: false, pid: running.pid });
    expect(new Set([await net.ask(), await net.ask()])).toEqual(new Set(['rs1', 'rs2']));
  });

  it('ended by SIGTERM, keeps what it claimed for a while, and "stop" ends that', async () => {
    expect(await running.stop()).toEqual({ exitCode: 0, signal: undefined });
    expect(await nftTables()).toContain('lvs-lab');
    await expect(net.director.run(LVS_LAB, ['director', 'status'])).rejects.toThrow(
      /none is running .*is kept for 10 s/,
    );
    await net.director.run(LVS_LAB, ['director', 'stop']);
    expect(await nftTables()).toBe('');
  });

  it('told to stop, leaves nothing: no table, no interface, no socket', async () => {
    running = await net.start();
    await net.control.stop();
    expect(await running.exited).toEqual({ exitCode: 0, signal: undefined });
    expect(await nftTables()).toBe('');
    const { stdout } = await net.director.run('ip', ['-o', 'link']);
    expect(stdout).not.toContain('lvslab-');
    await expect(net.control.snapshot()).rejects.toThrow(/none is running in this network namespace/);
  });
});
