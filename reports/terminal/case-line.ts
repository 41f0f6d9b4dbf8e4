import { counted } from '../../statistics/number-text.ts';
import { columnsOf, cut } from '../columns.ts';
import type { CaseResult } from '../result.ts';
import { SYMBOLS } from '../status.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { fitted, plain } from './text.ts';

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
