import { counted, countedOf } from '../../statistics/number-text.ts';
import { columnsOf, cut, fitted, plain } from '../columns.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, SYMBOLS, tally, worstStatus } from '../status.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';

/** Columns kept for the address of a case, so that the rows of all sessions line up. */
const ID_COLUMNS = 32;

/** One case as one row: `  ✓ nat/reply/source   the reply comes from the VIP   1,204 examined`. */
export function caseLine(result: CaseResult, screen: Screen): string {
  const style = STATUS_STYLES[result.status];
  const idColumns = Math.min(ID_COLUMNS, Math.floor(screen.columns / 3));
  const id = fitted(plain(result.id), idColumns);
  const room = screen.columns - 4 - idColumns - 2;
  const tail = result.status === 'passed' ? counted(result.examined, 'examined', 'examined') : '';
  const told = plain(result.status === 'passed' ? result.title : tellProblem(result));
  const text = cut(told, tail ? room - columnsOf(tail) - 2 : room);
  const filling = tail ? ' '.repeat(room - columnsOf(text) - columnsOf(tail)) : '';
  const shown = result.status === 'passed' ? text : screen.paint(style, text);
  return `  ${screen.paint(style, SYMBOLS[result.status])} ${id}  ${shown}${tail && filling + screen.paint('dim', tail)}`;
}

function tellProblem({ reason, findings, title }: CaseResult): string {
  return reason ?? findings[0]?.message ?? title;
}

/** `36 cases hold`, or `34 of 36 cases hold`. */
function heldText({ held, judged }: ReturnType<typeof tally>): string {
  return held === judged
    ? counted(judged, 'case holds', 'cases hold')
    : countedOf(held, judged, 'case holds', 'cases hold');
}

/** A heading, and a row for every case. */
export function caseLines(title: string, cases: readonly CaseResult[], screen: Screen): string[] {
  const rows = cases.map((item) => caseLine(item, screen));
  const heading = screen.paint('bold', cut(plain(title), screen.columns));
  return [heading, ...(rows.length > 0 ? rows : ['  no case was judged'])];
}

/** `✓ NAT · ts · wrr  14 cases hold`, and a row for each case that does not hold. */
export function briefLines(title: string, cases: readonly CaseResult[], screen: Screen): string[] {
  const worst = worstStatus(cases) ?? 'skipped';
  const count = cases.length === 0 ? 'no case was judged' : heldText(tally(cases));
  const line = `${screen.paint(STATUS_STYLES[worst], SYMBOLS[worst])} ${cut(plain(`${title}  ${count}`), screen.columns - 2)}`;
  return [line, ...cases.filter(isProblem).map((item) => caseLine(item, screen))];
}
