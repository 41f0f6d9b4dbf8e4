import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReporter, reportersClash, type WantedReport, writeReports } from '../../reports/reporters.ts';
import { parseMarkup } from './markup-check.ts';
import { failingResult, judged } from './results.ts';

let directory = '';
let stdout: PassThrough;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lvs-lab-reporters-'));
  stdout = new PassThrough();
});
afterEach(() => rm(directory, { recursive: true }));

const write = (wanted: readonly WantedReport[], environment = {}, result = failingResult()) =>
  writeReports(result, wanted, { resultDirectory: directory, stdout, environment });
const printed = () => stdout.read()?.toString() ?? '';

describe('a reporter’s name', () => {
  it('may come with a file', () => {
    expect(parseReporter('html=a=b/page.html')).toEqual({ name: 'html', file: 'a=b/page.html' });
    expect(parseReporter('github')).toEqual({ name: 'github' });
  });

  it.each(['yaml', 'toString', '', 'HTML'])('is refused if there is none called "%s"', (name) => {
    expect(() => parseReporter(name)).toThrow(`There is no reporter "${name}"; choose from json, html, md,`);
  });

  it('is refused with an empty file', () => {
    expect(() => parseReporter('md=')).toThrow('No file was named after "md=".');
  });
});

describe('reports that are wanted together', () => {
  it('may be several on stdout if none of them is a document', () => {
    expect(reportersClash([{ name: 'github' }, { name: 'terminal' }, { name: 'md', file: 'a.md' }])).toBe(
      undefined,
    );
  });

  it('may not be a document and something else on stdout', () => {
    expect(reportersClash([{ name: 'json' }, { name: 'terminal' }])).toMatch(
      /^Only one of json and terminal/,
    );
  });

  it('may not share a file', () => {
    expect(
      reportersClash([
        { name: 'md', file: 'x/../a' },
        { name: 'html', file: 'a' },
      ]),
    ).toMatch(/one file: .*a\.$/);
  });
});

describe('writing reports', () => {
  it('writes each into its file or onto stdout', async () => {
    const names = ['json', 'html', 'md', 'junit', 'github', 'terminal'] as const;
    await write(names.map((name) => ({ name, file: join(directory, 'new', name) })));
    const read = (name: string) => readFile(join(directory, 'new', name), 'utf8');
    expect(JSON.parse(await read('json'))).toEqual(failingResult());
    expect(() => parseMarkup('', 'html')).toThrow();
    expect(parseMarkup(await read('html'), 'html').length).toBeGreaterThan(100);
    expect(await read('md')).toMatch(/^# Failed: /);
    expect(parseMarkup(await read('junit'), 'xml')[0]?.name).toBe('testsuites');
    expect(await read('github')).toMatch(/^::error title=Failed/);
    expect(await read('terminal')).toContain('Failed: 3 of 21 cases do not hold');
    expect(printed()).toBe('');
  });

  it('names in the terminal the files that were written, whatever the order', async () => {
    const file = join(directory, 'report.md');
    await write([{ name: 'terminal' }, { name: 'md', file }]);
    expect(printed()).toContain(`  ${file}\n`);
  });

  it('loses no report because of another', async () => {
    await mkdir(join(directory, 'occupied', 'x'), { recursive: true });
    const result = failingResult();
    const broken = { ...result, run: { ...result.run, startedAt: 'never' } };
    const file = join(directory, 'junit.xml');
    const reported = await write(
      [
        { name: 'json', file: join(directory, 'occupied') },
        { name: 'html', file: join(directory, 'a.html') },
        { name: 'junit', file },
        { name: 'github' },
      ],
      {},
      broken,
    );
    expect(reported.map((one) => [one.name, 'error' in one])).toEqual([
      ['json', true],
      ['html', true],
      ['junit', false],
      ['github', false],
    ]);
    expect((await readdir(directory)).sort()).toEqual(['junit.xml', 'occupied']);
    expect(printed()).toContain('::error');
  });

  it('puts small captures that lie beside the result into the page, and nothing from elsewhere', async () => {
    const { packetCases } = await import('./full/packets.ts');
    const { writePcaps } = await import('./full/pcap.ts');
    const [bad] = packetCases(true).filter(({ status }) => status === 'failed');
    const flow = bad!.flow!;
    const result = failingResult();
    const at = (pcap: string) => ({ ...bad!, id: `nat/x/${pcap}`, flow: { ...flow, pcap } });
    const whole = {
      ...result,
      cases: [at(flow.pcap), at('../../../../etc/hostname'), at('/etc/hostname'), at('missing.pcap')],
    };
    writePcaps({ ...whole, cases: whole.cases.slice(0, 1) }, directory);
    await write([{ name: 'html', file: join(directory, 'page.html') }], {}, whole);
    const page = await readFile(join(directory, 'page.html'), 'utf8');
    const bytes = await readFile(join(directory, flow.pcap));
    expect(page.match(/href="data:application\/vnd\.tcpdump\.pcap;base64,[^"]+"/g)).toEqual([
      `href="data:application/vnd.tcpdump.pcap;base64,${bytes.toString('base64')}"`,
    ]);
    expect(page).toContain('href="./missing.pcap"');
  });
});

describe('on GitHub', () => {
  it('annotates what did not hold, in one line each that nothing can break out of', async () => {
    const result = failingResult();
    const cases = result.cases.map((item) =>
      item.status === 'failed' ? { ...item, title: 'a,b::c%\n::error::x', findings: [] } : item,
    );
    await write([{ name: 'github' }], {}, { ...result, cases });
    const lines = printed().trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatch(/^::error title=[^:,\n]*::/);
    expect(lines[1]).toContain('title=a%2Cb%3A%3Ac%25%0A%3A%3Aerror%3A%3Ax (NAT');
  });

  it('has one error for a misconfigured network, with its cures, and none for what follows from it', async () => {
    const result = judged(failingResult());
    const first = result.cases.find(({ lab }) => lab === 'live')!;
    const isThere = ({ mode, director }: { mode: string; director: string }) =>
      mode === first.mode && director === first.director;
    const cases = result.cases.map((item) => ({
      ...item,
      status: item.lab === 'live' && isThere(item) ? ('failed' as const) : ('passed' as const),
    }));
    const wrong = (host: string) => ({
      id: 'nat-gateway',
      message: `${host} has another gateway.`,
      host,
      cure: ['ip route replace default via 10.0.2.1'],
      findings: [],
    });
    const sessions = result.sessions.map((session) =>
      isThere(session) ? { ...session, misconfigurations: [wrong('rs1'), wrong('rs2')] } : session,
    );
    await write([{ name: 'github' }], {}, { ...result, cases, sessions, fairness: [] });
    const lines = printed().trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^::error title=Misconfigured%3A .*nat-gateway::rs1 has another gateway\.%0AOn rs1:/,
    );
    expect(lines[0]).toMatch(
      /ip route replace default .*rs2 has another gateway.* cases do not hold in it\.$/,
    );
  });

  it('keeps within the ten errors that are shown, and counts the rest', async () => {
    const result = failingResult();
    const cases = result.cases.map((item) => ({ ...item, status: 'failed' as const }));
    await write([{ name: 'github' }], {}, { ...result, cases });
    const lines = printed().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toContain('12 more are in the report.');
  });

  it('appends the report to the summary of the job, as much of it as GitHub takes', async () => {
    const file = join(directory, 'summary.md');
    await write([{ name: 'github' }], { GITHUB_STEP_SUMMARY: file });
    expect(await readFile(file, 'utf8')).toMatch(/^# Failed: 3 of 21/);
    const result = failingResult();
    const cases = Array.from({ length: 1500 }, () => result.cases.find(({ status }) => status === 'failed')!);
    await write(
      [{ name: 'github' }],
      { GITHUB_STEP_SUMMARY: join(directory, 'long.md') },
      { ...result, cases },
    );
    const long = await readFile(join(directory, 'long.md'), 'utf8');
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(1024 * 1024);
    expect(long).toMatch(/The rest is longer than GitHub shows; the report has it\.\n$/);
  });
});
