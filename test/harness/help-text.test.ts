import { describe, expect, it } from 'vitest';
import { fittingHelp } from '../../harness/help-text.ts';

/** Lines of a help, and what becomes of them at 50 columns. */
function fitting(...lines: readonly string[]): string[] {
  return fittingHelp(lines.join('\n'), 50).split('\n');
}

describe('help that is wider than the terminal', () => {
  it('has its paragraphs wrapped, each by itself', () => {
    expect(
      fitting(
        'A paragraph of which one line is much longer than there is room,',
        'and one is not.',
        '',
        'A short one,',
        'as it was.',
      ),
    ).toEqual([
      'A paragraph of which one line is much longer than',
      'there is room, and one is not.',
      '',
      'A short one,',
      'as it was.',
    ]);
  });

  it('has a second column wrapped at its own place', () => {
    expect(
      fitting(
        'Examples:',
        '  lvs-lab a      what it does, at more length than fits here',
        '                      and then some',
        '  lvs-lab b -c   less',
      ),
    ).toEqual([
      'Examples:',
      '  lvs-lab a      what it does, at more length than',
      '                 fits here and then some',
      '  lvs-lab b -c   less',
    ]);
  });

  it('has it below where there is no room beside, for all rows alike', () => {
    expect(
      fitting(
        '  lvs-lab gate --baseline b.json  compares it with the last run',
        '  lvs-lab gate --history a        trends',
      ),
    ).toEqual([
      '  lvs-lab gate --baseline b.json',
      '      compares it with the last run',
      '  lvs-lab gate --history a',
      '      trends',
    ]);
  });

  it('has exit codes wrapped behind the code', () => {
    expect(fitting('  5 it could not be judged, for one of many reasons there are')).toEqual([
      '  5 it could not be judged, for one of many',
      '    reasons there are',
    ]);
  });

  it('keeps what is to be copied, and everything where there is room', () => {
    const command = '  (ip -j addr; ip -j route; sysctl -a 2>/dev/null | grep rp_filter) > facts';
    expect(fitting('Run:', command)).toEqual(['Run:', command]);
    expect(fittingHelp('A line.\n  a  b\n', 50)).toBe('A line.\n  a  b\n');
  });
});
