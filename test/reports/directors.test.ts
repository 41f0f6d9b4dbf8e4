/** Directors beside each other. */
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../reports/html/report.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { CaseResult, Result } from '../../reports/result.ts';
import {
  directorSummary,
  directorTable,
  hasDirectorTable,
  isUnsupported,
} from '../../reports/tables/directors.ts';
import { casesOf, passingResult } from './results.ts';

const [template] = casesOf({ mode: 'nat' });

function one(director: string, subject: string, status: CaseResult['status'], needs?: string[]): CaseResult {
  const id = `nat/${subject}/x${director}${status}${needs?.join('')}`;
  return { ...template!, id, director, status, lab: 'netns', ...(needs && { needs }), findings: [] };
}

const DECLARING = { description: 'one that declares', available: true, features: ['mode/nat', 'edits'] };
const RESULT: Result = {
  ...passingResult(),
  directors: [
    { name: 'ts', description: 'the own one', available: true },
    { name: 'mine', ...DECLARING },
    { name: 'ill', ...DECLARING, available: false, reason: 'not installed' },
  ],
  sessions: [],
  fairness: [],
  cases: [
    one('ts', 'ttl', 'passed'),
    one('ts', 'marks', 'passed'),
    one('mine', 'ttl', 'passed', ['edits']),
    one('mine', 'ttl', 'failed', ['edits']),
    one('mine', 'ttl', 'skipped', ['edits', 'marks']),
    one('mine', 'marks', 'skipped', ['marks']),
  ],
};

describe('the table of directors', () => {
  const rows = directorTable(RESULT).rows.map((cells) =>
    cells.map(({ text, marks = [] }) => [...marks, text].join(' ')),
  );

  it('has a row for each subject and a cell for each director', () => {
    expect(rows).toEqual([
      ['marks', 'passed 1', 'skipped 1', 'not run'],
      ['ttl', 'passed 1', 'failed 1 of 2 – 1', 'not run'],
      ['all', 'passed 2', 'failed 1 of 2 – 2', 'not run'],
    ]);
  });

  it('has a row for each director in short', () => {
    const short = directorSummary(RESULT).rows.map((cells) => cells.map(({ text }) => text));
    expect(short).toEqual([
      ['ts', '2', '0', '0', '0', '0'],
      ['mine', '1', '1', '0', '2', '0'],
      ['ill', '0', '0', '0', '0', '0'],
    ]);
  });

  it('tells what is unsupported from what was skipped otherwise', () => {
    const labels = directorTable(RESULT).rows.map((cells) => cells[2]?.label);
    expect(labels[1]).toBe('ttl mine 1 of 2 – 1: failed, 1 of 2 passed, 1 unsupported');
    expect(isUnsupported(one('mine', 'ttl', 'skipped', ['edits']), ['edits'])).toBe(false);
  });

  it('is there where directors are to be set beside each other, and only there', () => {
    expect(hasDirectorTable(RESULT)).toBe(true);
    expect(hasDirectorTable({ ...RESULT, directors: RESULT.directors.slice(0, 1) })).toBe(false);
  });

  it('leads to the case that decides a cell, on the page', () => {
    const page = renderHtml(RESULT, { linkPrefix: '' });
    expect(page).toContain('Directors beside each other');
    const section = page.slice(page.indexOf('id="directors"'));
    const [, id = ''] = /href="#(case=nat\/ttl\/xminefailed[^"]*)"/.exec(section) ?? [];
    expect(id).not.toBe('');
    expect(page).toContain(`id="${id}"`);
    expect(renderMarkdown(RESULT)).toMatch(/^\| ttl \| ✓ 1 \| ✗ 1 of 2 – 1 \| not run \|$/m);
  });
});
