import { counted, countedOf } from '../../statistics/number-text.ts';
import { columnsOf, cut, fitted, plain } from '../columns.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, SYMBOLS, tally, worstStatus } from '../status.ts';
import { isPacketCase, type PacketGroup, packetGroupsOf } from '../suites.ts';
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

/** Columns of a group’s name, so that the lines of all modes are in line. */
const NAME_COLUMNS = 20;

/** Cases played packet by packet: a line for each subject, and below it one for each case that does not hold. */
export function packetGroupLines(cases: readonly CaseResult[], screen: Screen): string[] {
  return packetGroupsOf({ cases: [...cases] }).flatMap((group) => [
    groupLine(group, screen),
    ...group.cases.filter(isProblem).map((problem) => `  ${caseLine(problem, narrowed(screen))}`),
  ]);
}

/** `  ✓ scheduler             36 cases hold                       1,204 examined` */
function groupLine({ name, cases }: PacketGroup, screen: Screen): string {
  const status = worstStatus(cases) ?? 'skipped';
  const examined = cases.reduce((sum, one) => sum + one.examined, 0);
  const tail = examined > 0 ? counted(examined, 'examined', 'examined') : '';
  const head = `${fitted(plain(name), NAME_COLUMNS)}  `;
  const room = screen.columns - 4 - columnsOf(head) - columnsOf(tail) - 1;
  const words = fitted(cut(countsOf(cases), room), Math.max(0, room));
  const style = STATUS_STYLES[status];
  return `  ${screen.paint(style, SYMBOLS[status])} ${head}${words} ${screen.paint('dim', tail)}`.trimEnd();
}

/** For example `34 of 36 cases hold, 2 skipped`. */
function countsOf(cases: readonly CaseResult[]): string {
  const tallied = tally(cases);
  const skipped = cases.length - tallied.judged;
  const words = [
    ...(tallied.judged === 0 ? [] : [heldText(tallied)]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  return words.join(', ');
}

/** `36 cases hold`, or `34 of 36 cases hold`. */
function heldText({ held, judged }: ReturnType<typeof tally>): string {
  return held === judged
    ? counted(judged, 'case holds', 'cases hold')
    : countedOf(held, judged, 'case holds', 'cases hold');
}

function narrowed(screen: Screen): Screen {
  return { ...screen, columns: screen.columns - 2 };
}

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
  const count = cases.length === 0 ? 'no case was judged' : heldText(tally(cases));
  return `${screen.paint(STATUS_STYLES[worst], SYMBOLS[worst])} ${cut(plain(`${title}  ${count}`), screen.columns - 2)}`;
}
