import { counted } from '../../statistics/number-text.ts';
import { columnsOf, cut } from '../columns.ts';
import { type PacketGroup, packetGroupsOf } from '../packet-groups.ts';
import type { CaseResult } from '../result.ts';
import { isProblem, SYMBOLS, worstStatus } from '../status.ts';
import { caseLine } from './case-line.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { fitted, plain } from './text.ts';

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
  const skipped = cases.filter(({ status }) => status === 'skipped').length;
  const tried = cases.length - skipped;
  const held = tried - cases.filter(isProblem).length;
  const words = [
    ...(tried === 0
      ? []
      : [held === tried ? counted(tried, 'case holds', 'cases hold') : `${held} of ${tried} cases hold`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  return words.join(', ');
}

function narrowed(screen: Screen): Screen {
  return { ...screen, columns: screen.columns - 2 };
}
