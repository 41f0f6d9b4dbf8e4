import { existsSync } from 'node:fs';
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { readCapture } from '../../../lab/captures/read-capture.ts';
import { listLabs } from '../../../lab/index.ts';
import { readResult } from '../../../reports/read-result.ts';
import type { Result } from '../../../reports/result.ts';
import { findingAbout, relativeTo } from '../../../scenarios/kit/finding.ts';
import { packetsIn, temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { shortBench, shortBenchHere } from '../command-line.ts';

describeAsRoot('two benches at the same time', () => {
  const runs: {
    directory: string;
    exitCode: number | undefined;
    stdout: string;
    stderr: string;
    result: Result;
  }[] = [];
  let out: Awaited<ReturnType<typeof temporaryRunDirectory>>;

  beforeAll(async () => {
    out = await temporaryRunDirectory();
    const outputs = [join(out.path, 'a'), join(out.path, 'b')];
    const ended = await Promise.all(outputs.map((path) => shortBench(path)));
    for (const [i, { exitCode, stdout, stderr }] of ended.entries()) {
      const directory = join(outputs[i]!, 'latest');
      runs.push({
        directory,
        exitCode,
        stdout,
        stderr,
        result: await readResult(join(directory, 'result.json')),
      });
    }
    return () => out[Symbol.asyncDispose]();
  });

  it('both pass', () => {
    for (const { exitCode, stdout, stderr, result } of runs) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^Passed: \d+ cases hold .*exit code 0\)$/m);
      expect(result.verdict).toMatchObject({ status: 'passed', exitCode: 0, reasons: [] });
      expect(result.cases.length).toBeGreaterThan(10);
      for (const one of result.cases) {
        expect(one).toMatchObject({ status: 'passed', mode: 'dr' });
        expect(one.examined).toBeGreaterThan(0);
      }
    }
    expect(runs[0]!.result.run.id).not.toBe(runs[1]!.result.run.id);
  });

  it('leave nothing up', async () => {
    const left = (await listLabs()).filter(({ runDirectory }) => runDirectory.startsWith(out.path));
    expect(left).toEqual([]);
  });

  it('write results and reports, and “latest” leads to them', async () => {
    for (const { directory, result } of runs) {
      expect(await readlink(directory)).toBe(result.run.id);
      expect(await readdir(directory)).toEqual(
        expect.arrayContaining(['dr-rr', 'junit.xml', 'report.html', 'report.md', 'result.json']),
      );
      const [session] = result.sessions;
      for (const file of [...session!.files, ...session!.captures.map((capture) => capture.file)]) {
        expect(existsSync(join(directory, file)), file).toBe(true);
      }
      expect(await readdir(join(directory, 'live-dr', 'logs'))).toEqual(
        expect.arrayContaining(['director-director.log', 'rs1-http.log', 'store-redis.log']),
      );
    }
  });

  it('show the way of a request and of its reply, hop by hop', () => {
    const { request, reply } = runs[0]!.result.sessions[0]!.path;
    const places = (hops: typeof request) =>
      hops.map(({ host, interface: port, direction }) => `${host} ${port} ${direction}`);
    expect(places(request)).toEqual([
      'client eth0 out',
      'router eth0 in',
      'router eth1 out',
      'director eth0 in',
      'director eth0 out',
      expect.stringMatching(/^rs\d eth0 in$/),
    ]);
    expect(places(reply)).toEqual([
      expect.stringMatching(/^rs\d eth0 out$/),
      'router eth1 in',
      'router eth0 out',
      'client eth0 in',
    ]);
    expect(request.map(({ ttl }) => ttl)).toEqual([64, 64, 63, 63, 62, 62]);
  });

  it('are agreed with by tcpdump: packets as counted, and no wrong checksum', async () => {
    const { directory, result } = runs[0]!;
    for (const { file, packets } of result.sessions[0]!.captures) {
      const lines = await packetsIn(join(directory, file));
      expect(lines.length, file).toBe(packets);
      expect(lines.filter((line) => /incorrect|bad (udp |icmp )?cksum/.test(line))).toEqual([]);
    }
  });

  it('are agreed with by tcpdump: a connection for each SYN that reached a server', async () => {
    const { directory, result } = runs[0]!;
    for (const { host, connections } of result.sessions[0]!.servers) {
      const syns = await packetsIn(
        join(directory, 'dr-rr', 'captures', `${host}-eth0.pcap`),
        'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn and dst host 10.0.2.100',
      );
      const flows = await packetsIn(
        join(directory, 'dr-rr', 'captures', `${host}-eth0.pcap`),
        'udp and dst host 10.0.2.100',
      );
      const ports = new Set(flows.map((line) => /10\.0\.1\.2\.(\d+) >/.exec(line)?.[1]));
      // On a busy machine a client sends its SYN again: with the same sequence number.
      const opened = new Set(
        syns.map((line) => /10\.0\.1\.2\.(\d+) >.* seq (\d+)/s.exec(line)?.slice(1).join(' ')),
      );
      expect(connections).toBe(opened.size + ports.size);
    }
  });

  it('name commands that can be run as they stand', async () => {
    // Of a case that passed nothing is to be shown, so this asks for a packet as a finding would.
    const { directory, result } = runs[0]!;
    const { packet } = result.sessions[0]!.path.request[0]!;
    const place = { host: packet.host, interface: packet.interface, file: join(directory, packet.capture) };
    const { packets } = await readCapture(place);
    const { command } = relativeTo(directory, findingAbout(packets[packet.frame - 1]!, 'Wrong.'));
    const { stdout } = await execa('sh', ['-c', command!], { cwd: directory });
    expect(stdout.match(/^ *\d+ {2}\d\d:\d\d:\d\d/gm)).toHaveLength(1);
    expect(stdout).toContain(packet.summary.match(/10\.0\.1\.2:(\d+)/)![1]);
  });
});

/** Of a run that did not become the latest one. */
async function onlyResultIn(folder: string): Promise<Result> {
  const [run = '', ...others] = await readdir(folder);
  expect(others).toEqual([]);
  return readResult(join(folder, run, 'result.json'));
}

describeAsRoot('a bench that judges nothing', () => {
  it.each([
    [['--grep', 'nothing'], /No case id starts with "nothing"/],
    [['--grep', 'dr/reply', '--grep', 'dr/rpely'], /No case id starts with "dr\/rpely"/],
    [['--grep', 'nat/reply'], /No case id starts with "nat\/reply" in mode dr/],
  ])('ends with exit code 5: %j', async (flags, message) => {
    const out = await temporaryRunDirectory();
    onTestFinished(() => out[Symbol.asyncDispose]());
    const { exitCode, stdout } = await shortBenchHere(out.path, ...flags);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(message);
    const { verdict, cases } = await onlyResultIn(out.path);
    expect(verdict.status).toBe('untrusted');
    expect(cases).toEqual([]);
  });

  it('ends with exit code 5 if every case is skipped', async () => {
    const out = await temporaryRunDirectory();
    onTestFinished(() => out[Symbol.asyncDispose]());
    const { exitCode } = await shortBenchHere(out.path, '--grep', 'dr/scheduler/share', '--scheduler', 'lc');
    expect(exitCode).toBe(5);
    const { verdict } = await onlyResultIn(out.path);
    expect(verdict).toMatchObject({ reasons: ['Every case was skipped.'], counts: { skipped: 1 } });
  });
});

describeAsRoot('a bench whose results cannot be written', () => {
  it('ends with exit code 3 and says why and what to do: a file is in the way', async () => {
    const out = await temporaryRunDirectory();
    onTestFinished(() => out[Symbol.asyncDispose]());
    const file = join(out.path, 'file');
    await writeFile(file, '');
    const { exitCode, stderr } = await shortBenchHere(file);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/cannot be written to .*EEXIST.*\nGive a folder with --out/);
  });

  it.each([
    ['read-only', 'size=1M,ro', /EROFS: read-only file system/, []],
    ['full', 'size=64k', /ENOSPC: no space left on device/, ['junit.xml', 'result.json']],
  ])(
    'ends with exit code 3 and says why and what to do, leaves no lab up, and loses no result: the disk is %s',
    async (_what, options, message, saved) => {
      const out = await temporaryRunDirectory();
      await execa('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', out.path]);
      onTestFinished(async () => {
        // Lazily: what wrote there may still be closing a file.
        await execa('umount', ['--lazy', out.path]);
        await out[Symbol.asyncDispose]();
      });
      const { exitCode, stderr } = await shortBenchHere(out.path);
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/\nGive a folder with --out/);
      expect((await listLabs()).filter(({ runDirectory }) => runDirectory.startsWith(out.path))).toEqual([]);
      const [, refuge] = /lie in (\S+) instead/.exec(stderr) ?? [];
      const files = refuge === undefined ? [] : await readdir(refuge);
      if (refuge !== undefined) await rm(refuge, { recursive: true });
      expect(files).toEqual(saved.length === 0 ? [] : expect.arrayContaining(saved));
    },
  );
});
