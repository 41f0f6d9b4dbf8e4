import { counted } from '../../statistics/number-text.ts';
import { cut } from '../columns.ts';
import { isPacketCase } from '../packet-groups.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, SYMBOLS, tally, worstStatus } from '../status.ts';
import { caseLine } from './case-line.ts';
import { packetGroupLines } from './packet-groups-table.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { plain } from './text.ts';

/**
 * What came of one mode, director and scheduler. `case`: a row for every case; `group`: those played packet by packet by
 * subject; `problem`: one line for all, and a row for each case that does not hold.
 */
export function sessionLines(
  title: string,
  cases: readonly CaseResult[],
  screen: Screen,
  detail: 'case' | 'group' | 'problem',
): string[] {
  if (detail === 'problem') {
    return [oneLine(title, cases, screen), ...cases.filter(isProblem).map((item) => caseLine(item, screen))];
  }
  const isGrouped = (item: CaseResult) => detail === 'group' && isPacketCase(item);
  const rows = [
    ...cases.filter((item) => !isGrouped(item)).map((item) => caseLine(item, screen)),
    ...packetGroupLines(cases.filter(isGrouped), screen),
  ];
  const heading = screen.paint('bold', cut(plain(title), screen.columns));
  return [heading, ...(rows.length > 0 ? rows : ['  no case was judged'])];
}

/** `✓ NAT · ts · wrr  14 cases hold` */
function oneLine(title: string, cases: readonly CaseResult[], screen: Screen): string {
  const worst = worstStatus(cases) ?? 'skipped';
  const { held, tried } = tally(cases);
  const count =
    cases.length === 0
      ? 'no case was judged'
      : held === tried
        ? counted(tried, 'case holds', 'cases hold')
        : `${held} of ${counted(tried, 'case holds', 'cases hold')}`;
  return `${screen.paint(STATUS_STYLES[worst], SYMBOLS[worst])} ${cut(plain(`${title}  ${count}`), screen.columns - 2)}`;
}
