import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../reports/html/report.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { reasonsOf } from '../../reports/tables/across-modes.ts';
import { blankCellsText } from '../../reports/tables/overview.ts';
import { matrixBlocks } from '../../reports/terminal/matrix.ts';
import { screenOf } from '../../reports/terminal/screen.ts';
import { acrossModes, fairnessResults } from './full/fairness.ts';
import { passingResult } from './results.ts';

const of = (wanted: string, lab: 'live' | 'memory') =>
  fairnessResults()
    .filter(({ mode, scheduler, situation }) => `${mode} ${scheduler} ${situation}` === `${wanted} weights`)
    .map((one) => ({ ...one, lab }));

describe('blank cells', () => {
  const result = {
    ...passingResult([{ mode: 'nat', scheduler: 'rr' }]),
    fairness: [...of('nat rr', 'live'), ...of('nat dh', 'memory'), ...of('dr rr', 'live')],
  };
  const text = 'Blank: not played in this run. Fairness in memory only: dh (NAT).';

  it('of the matrix are explained where they stand, in every report', () => {
    expect(blankCellsText(result)).toBe(text);
    const screen = { ...screenOf(process.stdout), columns: 100, paint: (_: string, one: string) => one };
    expect(matrixBlocks(result, screen)[0]).toContain(`  ${text}`);
    expect(renderMarkdown(result)).toContain(`\n${text}\n`);
    const page = renderHtml(result, { linkPrefix: '' });
    expect(page).toMatch(/>dh NAT: no session in this run; fairness: /);
    expect(page).toContain('<span class="quiet">in memory</span>');
    expect(page).toContain('<span class="quiet">not run</span>');
  });

  it('are not spoken of where there are none', () => {
    expect(blankCellsText({ ...result, fairness: of('nat rr', 'live') })).toBeUndefined();
  });

  it('of the table across modes are explained below it', () => {
    const [row] = acrossModes();
    const { nat, ...others } = row!.digests;
    expect(nat).toBeDefined();
    expect(reasonsOf([row!])).not.toContain('Blank: not played in that mode.');
    expect(reasonsOf([row!, { ...row!, digests: others }])).toContain('Blank: not played in that mode.');
  });
});
