import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCapture } from '../../../lab/captures/write-capture.ts';
import { lvsLabHere } from '../command-line.ts';
import {
  ACK,
  CapturedSite,
  CLIENT,
  MAC,
  NAT_RULES,
  natConnection,
  natRequests,
  RS1,
  SYN,
} from '../diagnosis/captured-site.ts';

let directory = '';
const path = (name: string) => join(directory, name);

/** Writes what each host captured, and gives the options that name the files. */
async function written(site: CapturedSite): Promise<string[]> {
  const options = site.captures().map(async ({ host, packets }) => {
    await writeCapture(
      path(`${host}.pcap`),
      packets.map(({ time, bytes }) => ({ time, frame: bytes })),
    );
    return ['--pcap', `${host}=${path(`${host}.pcap`)}`];
  });
  return (await Promise.all(options)).flat();
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-test-'));
  await writeFile(path('rules'), NAT_RULES);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const diagnose = (...args: readonly string[]) => lvsLabHere('diagnose', '--rules', path('rules'), ...args);

describe('lvs-lab diagnose', () => {
  it('says of a healthy site what it looked at, and ends with 0', async () => {
    const { exitCode, stdout } = await diagnose(...(await written(natConnection(new CapturedSite()))));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^No misconfiguration found in 3 requests and 2 replies of 1 connection with TCP 10\.0\.1\.100:80; 1 of them answered\./,
    );
    expect(stdout).toMatch(
      /10\.0\.2\.11 \(real server\), 10\.0\.2\.11\.pcap: 5 packets, .*; 3 requests, 2 replies/,
    );
    expect(stdout).toContain(
      'Real server 10.0.2.12: no capture of it was given, and no request for it was seen.',
    );
  });

  it('names a mistake in a sentence, with packets, host and cure, and ends with 1; as JSON too', async () => {
    const site = natRequests(new CapturedSite(), 1).tcp(
      [RS1],
      { from: `${RS1}:8080`, to: `${CLIENT}:40000`, macs: [MAC.rs1, MAC.router] },
      { flags: SYN | ACK, acknowledgement: 1001 },
    );
    const options = await written(site);
    const { exitCode, stdout } = await diagnose(...options);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^nat-gateway: 10\.0\.2\.11 sends its replies past the director/);
    expect(stdout).toMatch(
      /10\.0\.2\.11, frame 2 of 10\.0\.2\.11\.pcap, \d\d:\d\d:\d\d\.\d{6}, 54 bytes: TCP 10\.0\.2\.11:8080 > 10\.0\.1\.2:40000 \[S\.\]/,
    );
    expect(stdout).toMatch(/What to change on 10\.0\.2\.11:\n {4}ip route replace default via/);
    const json = JSON.parse((await diagnose(...options, '--json')).stdout);
    expect(json).toMatchObject({
      verdict: 'misconfigured',
      found: [
        {
          id: 'nat-gateway',
          host: RS1,
          findings: [{ packet: { frame: 2, bytes: 54 } }, ...json.found[0].findings.slice(1)],
        },
      ],
      lookedAt: { connections: 1, answered: 0 },
    });
  });

  it('says that it saw no request, and ends with 5', async () => {
    const { exitCode, stdout } = await diagnose(...(await written(new CapturedSite().listening('director'))));
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(
      /^Nothing to judge\. No request for TCP 10\.0\.1\.100:80 is in these captures: they are empty\./,
    );
  });

  it('reads a file that was cut off as far as it goes, and says so', async () => {
    await written(natConnection(new CapturedSite()));
    const whole = await readFile(path('director.pcap'));
    await writeFile(path('cut.pcap'), whole.subarray(0, -20));
    const { exitCode, stdout } = await diagnose('--pcap', `director=${path('cut.pcap')}`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/cut\.pcap: The file ends within packet 10: it was cut off/);
  });

  it.each([
    [['--pcap', 'director'], /Expected HOST=FILE/],
    [['--pcap', 'director=/nowhere.pcap'], /nowhere\.pcap: no such capture/],
    [['--pcap', 'director=RULES'], /rules: no capture: neither pcap nor pcapng/],
    [['--pcap', 'director=CAPTURE', '--facts', 'nobody=RULES'], /two lines of JSON/],
  ])('refuses %s with 2 and a sentence', async (args, message) => {
    await written(new CapturedSite().listening('director'));
    const named = args.map((arg) =>
      arg.replace('RULES', path('rules')).replace('CAPTURE', path('director.pcap')),
    );
    const { exitCode, stderr } = await diagnose(...named);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  it('lets no name in facts or on the command line into a shell or a terminal', async () => {
    const options = await written(natConnection(new CapturedSite()));
    const facts = (name: string) =>
      writeFile(path('facts'), `${JSON.stringify([{ ifname: name, addr_info: [] }])}\n[]\n`);
    await facts('eth0\nrm -rf ~');
    const refused = await diagnose(...options, '--facts', `${RS1}=${path('facts')}`);
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining('not what `ip -j` prints'),
    ]);
    await facts('eth0');
    const unknown = await diagnose(...options, '--facts', `\u001b[2J=${path('facts')}`);
    expect(unknown.stderr).toContain('--facts \\u001b[2J: neither');
    const missing = await diagnose('--pcap', `director=${path('\u001b]0;x\u0007')}`);
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.not.stringMatching(/(?!\n)\p{Control}/u)]);
  });
});
