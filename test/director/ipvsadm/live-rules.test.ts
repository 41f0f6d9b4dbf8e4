import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { describeAsRoot } from '../../root.ts';
import { type DirectorLab, directorLab, RULES, VIP } from '../io/director-lab.ts';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));
const LOAD = fileURLToPath(new URL('../../../harness/traffic/http-load-client.ts', import.meta.url));

/** What is shown is brought up to date every two seconds, as in the kernel. */
const WITHIN = { timeout: 10_000, interval: 100 };

describeAsRoot('ipvsadm and the director that it starts', () => {
  let net: DirectorLab;
  let directory: string;
  const ipvsadm = (args: string, input = '') =>
    net.director.run(join(BIN, 'ipvsadm'), args.split(' '), { input, reject: false });

  beforeAll(async () => {
    net = await directorLab();
    directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
    expect((await ipvsadm('-R', `${RULES.join('\n')}\n`)).exitCode).toBe(0);
  });
  afterAll(async () => {
    await net[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** New connections to the VIP, one for each request. */
  const load = async (amount: number) => {
    const args = ['--url', `http://${VIP}/`, '--amount', String(amount), '--new-connections'];
    const { stdout } = await net.client.run(process.execPath, [LOAD, ...args]);
    return JSON.parse(stdout) as { requests: number; errors: number };
  };

  /** Connections, packets in and out, bytes in and out of the HTTP service. */
  const counters = async () => {
    const { stdout } = await ipvsadm(`-Ln --stats --exact -t ${VIP}:80`);
    const line = stdout.split('\n').find((text) => text.startsWith('TCP'));
    return line?.trim().split(/\s+/).slice(2).map(Number) ?? [];
  };

  it('balances what the first command set up', async () => {
    expect(await Promise.all([net.ask(), net.ask()])).toEqual(expect.arrayContaining(['rs1', 'rs2']));
  });

  it('counts what the captures show', async () => {
    // What came before, two requests, must be among what is zeroed.
    await vi.waitFor(async () => expect((await counters())[0]).toBe(2), WITHIN);
    await ipvsadm('-Z');
    const points = [
      { host: 'director', interface: 'eth0' },
      { host: 'director', interface: 'eth1' },
    ];
    const captures = await net.lab.capture(points, directory);
    await load(40);
    const [outside, inside] = await Promise.all((await captures.stop()).map(readCapture));
    const sizes = (packets: typeof outside, from: 'source' | 'destination', address: string, port: number) =>
      (packets?.packets ?? [])
        .map(({ ip }) => ip)
        .filter((ip) => ip?.[from] === ipv4(address) && ip[`${from}Port`] === port)
        .map((ip) => ip?.totalBytes ?? 0);
    const requests = sizes(outside, 'destination', VIP, 80);
    const replies = ['10.0.2.11', '10.0.2.12'].flatMap((rip) => sizes(inside, 'source', rip, 8080));
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const expected = [40, requests.length, replies.length, sum(requests), sum(replies)];
    await vi.waitFor(async () => expect(await counters()).toEqual(expected), WITHIN);
  });

  it('lists the connections with their states', async () => {
    await net.ask();
    expect((await ipvsadm('-Lnc')).stdout).toMatch(
      /^TCP \d\d:\d\d {2}(TIME_WAIT|FIN_WAIT|CLOSE|CLOSE_WAIT) +10\.0\.1\.2:\d+ +10\.0\.1\.100:80 +10\.0\.2\.1[12]:8080$/m,
    );
  });

  it('loses no packet of a service while others come, change and go', async () => {
    const other = `-t ${VIP}:81`;
    const loading = load(600);
    let changes = 0;
    let done = false;
    const finished = loading.finally(() => {
      done = true;
    });
    while (!done) {
      const rules = [
        `-A ${other} -s wlc`,
        `-a ${other} -r 10.0.2.11:8080 -m`,
        `-e ${other} -r 10.0.2.11:8080 -m -w 5`,
        `-d ${other} -r 10.0.2.11:8080`,
        `-D ${other}`,
      ];
      expect((await ipvsadm('-R', `${rules.join('\n')}\n`)).stderr).toBe('');
      changes += rules.length;
    }
    expect(await finished).toMatchObject({ requests: 600, errors: 0 });
    expect(changes).toBeGreaterThan(0);
  });

  it('says which line of its input was refused, and goes on as ipvsadm does', async () => {
    const { stderr, exitCode } = await ipvsadm(
      '-R',
      `-A -t ${VIP}:80 -s rr\n-A -t ${VIP}:82 -s rr\n-D -t ${VIP}:82\n`,
    );
    expect(stderr).toMatch(/Service already exists\n.*line 1/);
    expect(exitCode).toBe(0);
  });
});
