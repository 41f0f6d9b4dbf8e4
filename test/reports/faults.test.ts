import { describe, expect, it } from 'vitest';
import { judgedIn } from '../../harness/run/verdict.ts';
import { renderHtml } from '../../reports/html/report.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { problemsOf } from '../../reports/problems.ts';
import { type Result, resultSchema } from '../../reports/result.ts';
import type { FaultResult } from '../../reports/result-fault.ts';
import { faultsTable, faultsTally } from '../../reports/tables/faults.ts';
import { faultLines } from '../../reports/terminal/faults.ts';
import { harmless, harmlessFaults } from './full/faults.ts';
import { sampleResult } from './full/result.ts';

const screen = { columns: 100, paint: (_: unknown, text: string) => text };
const faults: FaultResult[] = harmlessFaults().map((one) => {
  if (one.id === 'faults/director-kill/dr/bulk') {
    const reason = 'bulk TCP: 3 of 3 connections were reset or refused; promised: they go on';
    return { ...one, status: 'failed', affected: { reset: 3 }, reason };
  }
  if (one.id === 'faults/director-kill/tun/udp') {
    return { ...one, status: 'error', affected: {}, reason: 'the director did not come back' };
  }
  return one;
});
const without: Result = { ...sampleResult(), faults: [] };
const result: Result = { ...without, faults };

describe('faults in a result', () => {
  it('are part of the published document', () => {
    expect(resultSchema.parse(result).faults).toEqual(faults);
  });

  it('are judged as cases are', () => {
    const judged = (of: Result, status: string) => judgedIn(of).filter((one) => one.status === status).length;
    const added = (status: string) => judged(result, status) - judged(without, status);
    expect(['passed', 'failed', 'error'].map(added)).toEqual([10, 1, 1]);
  });

  it('are problems where a promise was broken or could not be judged', () => {
    const own = problemsOf(result).filter(({ about }) => about.kind === 'fault');
    expect(own.map(({ status, where, why }) => [status, where, why])).toEqual([
      ['failed', 'DR · ts', 'bulk TCP: 3 of 3 connections were reset or refused; promised: they go on'],
      ['error', 'TUN · ts', 'the director did not come back'],
    ]);
  });
});

describe('the table of faults', () => {
  it('has a row for each mode, with what became of each kind of traffic', () => {
    const { columns, rows } = faultsTable(faults);
    expect(columns.map(({ heading }) => heading)).toEqual([
      'fault',
      'mode',
      'idle TCP',
      'bulk TCP',
      'UDP',
      'new',
      'lost',
      'silence',
      'what was done',
    ]);
    expect(rows.map((cells) => cells.slice(1, 8).map(({ text }) => text))).toEqual([
      ['NAT', '6 kept', '6 kept', '6 kept', '6 kept', '8', '1.8 s'],
      ['DR', '6 kept', '3 reset', '6 kept', '6 kept', '8', '1.8 s'],
      ['TUN', '6 kept', '6 kept', 'not judged', '6 kept', '8', '1.8 s'],
    ]);
  });

  it('says what harmed others, and that nothing went to a server', () => {
    const harmed = { ...harmless('nat', 'new'), affected: {}, others: { connections: 9, harmed: 2 } };
    const none = { ...harmless('nat', 'new'), affected: {} };
    expect(faultsTable([harmed]).rows[0]?.[5]?.text).toBe('2 of others harmed');
    expect(faultsTable([none]).rows[0]?.[5]?.text).toBe('none');
  });

  it('has the median gap of several goes, and what a director has not got the means for', () => {
    const several = { ...harmless('nat', 'new'), silenceP50Ms: 212 };
    expect(faultsTable([several]).rows[0]?.[5]?.text).toBe('6 kept, p50 0.21 s');
    const lacking: FaultResult = {
      ...harmless('nat', 'new'),
      ...{ director: 'mylb', status: 'skipped', reason: 'unsupported: no signals', isUnsupported: true },
    };
    // With another director beside it, each row says which one it is of.
    const { columns, rows } = faultsTable([several, lacking]);
    expect(columns.slice(0, 3).map(({ heading }) => heading)).toEqual(['fault', 'mode', 'director']);
    expect(rows.map((row) => row[2]?.text)).toEqual(['ts', 'mylb']);
    expect(rows[1]?.[6]?.text).toBe('unsupported');
  });

  it('comes to how many promises held', () => {
    expect(faultsTally(faults)).toBe(
      '10 of 12 promises of IPVS kept by ts while servers, links and the director failed; 1 could not be judged',
    );
  });

  it('is in every report', () => {
    const html = renderHtml(result, { linkPrefix: '' });
    for (const text of [html, renderMarkdown(result)]) {
      expect(text).toContain('10 of 12 promises of IPVS kept by ts');
      expect(text).toContain('director-kill');
      expect(text).toContain('3 reset');
    }
    expect(renderJunit(result)).toContain('classname="faults.director-kill"');
  });

  it('is told in a terminal where it was asked for; problems always are', () => {
    const text = (isInFull: boolean) => faultLines(result, screen, isInFull).join('\n');
    expect(text(false)).toContain('faults/director-kill/dr/bulk');
    expect(text(false)).toContain('the director did not come back');
    expect(text(false)).not.toContain('6 kept');
    expect(text(true)).toContain('6 kept');
    expect(faultLines(without, screen, true)).toEqual([]);
  });

  it('cuts no name of a fault or mode in a narrow terminal, and says both in each part of the table', () => {
    const narrow = { ...screen, columns: 50 };
    const rows = faultLines({ faults: harmlessFaults() }, narrow, true).filter((line) =>
      line.includes('✓ 6'),
    );
    const names = new Set(
      faultsTable(harmlessFaults()).rows.map(([name, mode]) => `${name?.text} ${mode?.text}`),
    );
    const said = rows.map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .slice(0, 2)
        .join(' '),
    );
    expect(new Set(said)).toEqual(names);
    expect(said.length).toBeGreaterThan(names.size);
  });
});
