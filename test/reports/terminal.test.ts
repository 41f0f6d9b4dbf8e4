import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CaseResult, Result } from '../../reports/result.ts';
import { suiteKey } from '../../reports/suites.ts';
import { caseLine, createTerminal, screenOf, summary } from '../../reports/terminal.ts';
import { fullResult, sampleResult } from './full/result.ts';
import { nastyText, withEveryText } from './nasty.ts';
import { failingResult, passingResult } from './results.ts';

const ESCAPE = '\u001b';

/** A stream that keeps what is written; as a terminal if it has columns. */
class Recorder extends PassThrough {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly getColorDepth = WriteStream.prototype.getColorDepth;

  constructor(columns?: number) {
    super();
    this.isTTY = columns !== undefined;
    if (columns !== undefined) this.columns = columns;
  }

  get written(): string {
    return this.read()?.toString() ?? '';
  }
}

beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
});
afterEach(() => vi.unstubAllEnvs());

function runThrough(result: Result, stdout: Recorder, stderr: Recorder): void {
  const terminal = createTerminal(stdout, stderr);
  for (const session of result.sessions) {
    terminal.sessionStarted(session);
    terminal.step('loading the VIP with 200 connections');
    for (const item of result.cases) if (item.mode === session.mode) terminal.caseDone(item);
    terminal.sessionDone();
  }
  terminal.finished(result, ['reports/out/report.html']);
}

describe('progress', () => {
  it.each([
    [4_000, 'about 10 s left'],
    [43_000, 'about 40 s left'],
    [170_000, 'about 3 min left'],
  ])('says how long the rest takes, no more exactly than is known: %i ms', (leftMs, expected) => {
    const stderr = new Recorder(100);
    const terminal = createTerminal(new Recorder(100), stderr);
    terminal.partStarted('faults');
    terminal.timeLeft(leftMs);
    expect(stderr.written).toContain(`0:00  ${expected}  faults`);
    terminal.clear();
  });

  it('is one line on stderr, rewritten, no wider than the terminal', () => {
    const stderr = new Recorder(64);
    const terminal = createTerminal(new Recorder(64), stderr);
    terminal.sessionStarted({ mode: 'nat', director: 'ts', scheduler: 'wrr' });
    terminal.step('loading the VIP with 200 connections');
    terminal.step('x'.repeat(300));
    const { written } = stderr;
    expect(written).toContain('NAT · ts · wrr  loading the VIP with 200 connections …');
    expect(written).not.toContain('\n');
    for (const shown of written.split(`${ESCAPE}[1G`)) {
      expect(stripVTControlCharacters(shown).length).toBeLessThan(64);
    }
  });

  it('is silent where stderr is no terminal', () => {
    const stderr = new Recorder();
    runThrough(failingResult(), new Recorder(), stderr);
    expect(stderr.written).toBe('');
  });

  it('counts what is judged and what did not hold', () => {
    const stderr = new Recorder(100);
    const terminal = createTerminal(new Recorder(100), stderr);
    terminal.sessionStarted({ mode: 'nat', director: 'ts', scheduler: 'wrr' });
    for (const item of failingResult().cases.slice(0, 4)) terminal.caseDone(item);
    expect(stderr.written).toContain('4 judged, 1 not held');
    // What did not hold stays in sight when the next session begins.
    terminal.sessionDone();
    terminal.sessionStarted({ mode: 'dr', director: 'ts', scheduler: 'wrr' });
    expect(stderr.written.split(`${ESCAPE}[1G`).at(-1)).toContain('DR · ts · wrr  1 not held');
    terminal.clear();
  });

  it('says how long it has taken so far, also while nothing else changes', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const stderr = new Recorder(100);
    const terminal = createTerminal(new Recorder(100), stderr);
    terminal.step('checking what this machine has');
    vi.advanceTimersByTime(67_000);
    expect(stderr.written).toContain('1:07  checking what this machine has …');
    terminal.clear();
    stderr.read();
    vi.advanceTimersByTime(10_000);
    expect(stderr.written).toBe('');
  });

  it('says that it is stopping, whatever is still being done', () => {
    const stderr = new Recorder(100);
    const terminal = createTerminal(new Recorder(100), stderr);
    terminal.sessionStarted({ mode: 'nat', director: 'ts', scheduler: 'wrr' });
    terminal.stopping('SIGINT');
    terminal.step('ending the captures');
    terminal.clear();
    expect(stderr.written).toContain(
      'Stopping after SIGINT:  taking networks down, writing what was judged …',
    );
    expect(stderr.written).not.toContain('ending the captures');
  });
});

describe('the growing table', () => {
  it.each([undefined, 90])(
    'is printed session by session where it is asked for, with columns %s',
    (columns) => {
      const stdout = new Recorder(columns);
      const terminal = createTerminal(stdout, new Recorder(), { verbose: true });
      const [session] = failingResult().sessions;
      terminal.sessionStarted(session!);
      for (const item of failingResult().cases.slice(0, 7)) terminal.caseDone(item);
      expect(stdout.written).toBe('');
      terminal.sessionDone();
      const lines = stripVTControlCharacters(stdout.written).trimEnd().split('\n');
      expect(lines).toHaveLength(8);
      expect(lines[0]).toBe('NAT · ts · wrr');
      expect(lines[4]).toMatch(/^ {2}✗ nat\/reply\/source +The reply reached the client with the server/);
    },
  );

  it.each([undefined, 90])(
    'is one line otherwise, and one for each case that does not hold, with columns %s',
    (columns) => {
      const stdout = new Recorder(columns);
      const terminal = createTerminal(stdout, new Recorder());
      terminal.sessionStarted(failingResult().sessions[0]!);
      for (const item of failingResult().cases.slice(0, 7)) terminal.caseDone(item);
      terminal.sessionDone();
      const lines = stripVTControlCharacters(stdout.written).trimEnd().split('\n');
      expect(lines[0]).toBe('✗ NAT · ts · wrr  5 of 6 cases hold');
      expect(lines.slice(1)).toEqual([expect.stringMatching(/^ {2}✗ nat\/reply\/source/)]);
    },
  );

  it('is a line for each mode in a log where all is well, and nothing on a terminal, which has a status line', () => {
    const full = fullResult();
    const linesWith = (columns?: number) => {
      const stdout = new Recorder(columns);
      const terminal = createTerminal(stdout, new Recorder());
      for (const session of full.sessions) {
        terminal.sessionStarted(session);
        const isOf = (item: CaseResult) => item.lab === 'live' && suiteKey(item) === suiteKey(session);
        for (const item of full.cases.filter(isOf)) terminal.caseDone(item);
        terminal.sessionDone();
      }
      for (const mode of ['nat', 'dr'] as const) {
        terminal.sessionStarted({ mode, director: 'ts', scheduler: 'packet by packet' });
        for (const item of full.cases.filter((one) => one.lab !== 'live' && one.mode === mode))
          terminal.caseDone(item);
        terminal.sessionDone();
      }
      const before = stdout.written;
      terminal.finished(full);
      return [...before.split('\n'), stdout.written.split('\n')[0]].filter((line) => line !== '');
    };
    expect(linesWith(90)).toEqual([]);
    expect(linesWith()).toEqual([
      expect.stringMatching(/^✓ NAT · ts · live traffic, 14 schedulers {2}\d+ cases hold$/),
      expect.stringMatching(/^✓ DR · ts · live traffic, 14 schedulers {2}\d+ cases hold$/),
      expect.stringMatching(/^✓ TUN · ts · live traffic, 14 schedulers {2}\d+ cases hold$/),
      expect.stringMatching(/^✓ NAT · ts · packet by packet {2}\d+ cases hold$/),
      expect.stringMatching(/^✓ DR · ts · packet by packet {2}\d+ cases hold$/),
    ]);
  });

  it('tells GitHub what is wrong, and ends with the verdict', () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    const stdout = new Recorder();
    createTerminal(stdout, new Recorder()).finished(failingResult());
    const lines = stdout.written.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^::error title=/);
    expect(lines.at(-1)).not.toContain('::');
  });

  it('says when a session judged nothing', () => {
    const stdout = new Recorder();
    const terminal = createTerminal(stdout, new Recorder());
    terminal.sessionStarted({ mode: 'dr', director: 'ts', scheduler: 'wrr' });
    terminal.sessionDone();
    expect(stdout.written).toContain('no case was judged');
  });

  it('fills a passed row exactly, so that counts line up', () => {
    const [item] = passingResult().cases;
    expect([...caseLine(item!, screenOf(new Recorder()))]).toHaveLength(100);
  });
});

describe('the summary', () => {
  const everything = { ...fullResult(), mutants: [], generated: undefined, replay: undefined };
  const plainSummary = (result: Result, columns?: number, verbose = false) =>
    stripVTControlCharacters(
      summary(result, screenOf(new Recorder(columns)), ['out/report.html'], { verbose }),
    );

  it('takes at most 60 lines where all is well, whatever the run, and says where the rest is', () => {
    const figures = { ...everything, cases: [], sessions: [] };
    for (const result of [everything, figures, { ...figures, fairness: [], acrossModes: [] }]) {
      for (const columns of [80, 100]) {
        const lines = plainSummary(result, columns).trimEnd().split('\n');
        expect(lines.length).toBeLessThanOrEqual(60);
        expect(lines.join('\n')).toContain('lvs-lab report --verbose');
      }
    }
    const matrix = plainSummary(everything, 80).split('\n').slice(1, 16);
    expect(matrix[0]).toMatch(/^ {2}scheduler +NAT +NAT fairness +DR +DR fairness +TUN +TUN fairness$/);
    for (const line of matrix.slice(1)) expect(line).toMatch(/^ {2}\w+( +[✓○] \d+){6}$/);
    expect(plainSummary(everything, 80, true).split('\n').length).toBeGreaterThan(200);
    expect(plainSummary(everything, 80, true)).not.toContain('lvs-lab report --verbose');
  });

  it('says first what is misconfigured, and leaves what follows from it to the summary in full', () => {
    const result = failingResult();
    const [first] = result.sessions;
    const own = result.cases.filter((item) => suiteKey(item) === suiteKey(first!));
    const wrong = (host: string) => ({
      id: 'nat-gateway',
      message: `${host} has another gateway.`,
      host,
      cure: ['ip route replace default via 10.0.2.1'],
      findings: [],
    });
    const misconfigured = {
      ...result,
      cases: own.map((item) => ({ ...item, status: 'failed' as const, reason: undefined })),
      sessions: [{ ...first!, misconfigurations: [wrong('rs1'), wrong('rs2')] }],
    };
    const brief = plainSummary(misconfigured, 100);
    expect(brief).toContain('rs1 has another gateway. The same is wrong on rs2.');
    expect(brief).toMatch(/to fix it, run on rs1, rs2:\n +ip route replace default via 10\.0\.2\.1\n/);
    expect(brief).toMatch(new RegExp(`${own.length} cases? do(es)? not hold in a network`));
    expect(brief).not.toContain('asked for');
    expect(plainSummary(misconfigured, 100, true)).toContain('asked for');
  });

  it('cuts no number at 80 columns', () => {
    const text = plainSummary(everything, 80);
    expect(text).not.toMatch(/\d…/);
    expect(text).toMatch(/^ {2}packets +NAT +361,262\/s +0\.70 +0\.74 +0\.90$/m);
  });

  it('has a matrix, the failures, the shares, the traffic, and the verdict as its last line', () => {
    const text = plainSummary(failingResult());
    expect(text).toMatch(/case +nat +dr +tun/);
    expect(text).toMatch(/reply\/source +✗ +✓ +✓/);
    expect(text).toMatch(/IP source +10\.0\.1\.100 +10\.0\.2\.11/);
    expect(text).toContain('captures/client-eth0.pcap frame 12, on client eth0');
    expect(text).toContain("(cd out && tcpdump -nn -e -v -r captures/client-eth0.pcap 'tcp port 40112')");
    expect(text).toMatch(/rs1 +10\.0\.2\.11 +3 +102 +50\.7 %/);
    expect(plainSummary(failingResult(), undefined, true)).toMatch(
      /200 connections, one request each +200 +0 +161/,
    );
    expect(text).toContain('ipvs could not run here: this kernel has no module ip_vs');
    expect(text).toContain('out/report.html');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'Failed: 3 of 21 cases do not hold (1 min 23 s, exit code 1)',
    );
  });

  it('keeps to the width, except for commands and paths, which stay whole to be copied', () => {
    const wide = passingResult(
      ['rr', 'wrr', 'lc', 'wlc', 'sh', 'sed', 'nq'].flatMap((scheduler) => [
        { mode: 'nat', scheduler, servers: 30 } as const,
        { mode: 'dr', scheduler } as const,
      ]),
    );
    for (const result of [failingResult(), wide]) {
      for (let columns = 40; columns <= 160; columns += 5) {
        const lines = plainSummary(result, columns).split('\n');
        const long = lines.filter((line) => [...line].length > columns);
        expect(long.filter((line) => !line.includes('see it'))).toEqual([]);
      }
    }
  });

  const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'sh', 'sed', 'nq', 'fo', 'ovf'];
  const ofMany = passingResult(schedulers.map((scheduler) => ({ mode: 'nat', scheduler })));

  it('shows many schedulers as rows, each with what held of it', () => {
    const text = plainSummary(ofMany, 60);
    for (const scheduler of schedulers) expect(text).toMatch(new RegExp(`^ {2}${scheduler} +✓ 6$`, 'm'));
    expect(text).not.toContain('reply/source');
  });

  it('shows a case that does not hold with every one of many schedulers, if need be in several tables', () => {
    const cases = ofMany.cases.map((item) =>
      item.id === 'nat/reply/source' && item.scheduler === 'ovf'
        ? { ...item, status: 'failed' as const }
        : item,
    );
    const text = plainSummary({ ...ofMany, cases }, 45);
    expect(text).toMatch(/^ {2}ovf +✗ 5 of 6$/m);
    for (const scheduler of schedulers) expect(text).toMatch(new RegExp(`case.* ${scheduler}\\b`));
    expect(text.match(/reply\/source {2}.*[✓✗]/g)).toHaveLength(2);
    expect(text).not.toContain('arp/silence');
  });

  it('sums up everything that a full run has, within the width', () => {
    const result = sampleResult();
    expect(plainSummary(result, 100)).toMatch(/^ {2}packet by packet +[✗!] NAT \d+/m);
    const text = plainSummary(result, 100, true);
    expect(text).toMatch(/^ {2}packet by packet +NAT +DR +TUN$/m);
    expect(text).toMatch(/^ {2}weights +3 +3 +Weights 1 : 2 : 4$/m);
    expect(text).toMatch(/^ {2}packets +NAT +361,262\/s +0\.70 \(0\.67–0\.73\)/m);
    expect(text).toContain('✗ 5 of 6 mutants were killed');
    expect(text).toContain('sysctl -w net.ipv4.conf.all.arp_ignore=1');
    expect(text).toContain('not covered: GUE and GRE tunnels');
    for (let columns = 40; columns <= 160; columns += 15) {
      const long = [false, true]
        .flatMap((verbose) => plainSummary(result, columns, verbose).split('\n'))
        .filter((line) => [...line].length > columns);
      expect(long.filter((line) => !/see it|its packets|sysctl/.test(line))).toEqual([]);
    }
  });

  it('lists few servers of many, and counts the others', () => {
    expect(plainSummary(passingResult([{ mode: 'dr', servers: 200 }]))).toContain('and 192 servers closer');
  });

  it('lets no text of a result steer the terminal', { timeout: 120_000 }, () => {
    const sample = sampleResult();
    fc.assert(
      fc.property(nastyText, (text) => {
        const result = withEveryText(sample, () => text);
        for (const verbose of [false, true]) {
          const shown = summary(result, screenOf(new Recorder()), [], { verbose });
          expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Control}/u);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('colours', () => {
  // Node takes a machine that says it is CI for one without colours, whatever the stream.
  beforeEach(() => void vi.stubEnv('CI', undefined));

  const written = (columns?: number) => {
    const stdout = new Recorder(columns);
    runThrough(failingResult(), stdout, new Recorder());
    return stdout.written;
  };

  it('are used on a terminal', () => {
    expect(written(100)).toContain(`${ESCAPE}[31m✗`);
  });

  it('are not used where stdout is no terminal', () => {
    expect(written()).not.toContain(ESCAPE);
  });

  it('are not used with NO_COLOR, and the text is the same', () => {
    const coloured = stripVTControlCharacters(written(100));
    vi.stubEnv('NO_COLOR', '1');
    expect(written(100)).not.toContain(ESCAPE);
    expect(written(100)).toBe(coloured);
  });
});
