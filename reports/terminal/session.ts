import { counted } from '../../statistics/number-text.ts';
import { cut, plain, wrap } from '../columns.ts';
import type { Result, Session } from '../result.ts';
import { farthestFromWeight, sharesOf } from '../shares.ts';
import { suiteTitle } from '../suites.ts';
import { sharesTable, trafficTable } from '../tables/session.ts';
import type { Screen } from './screen.ts';
import { tableLines } from './table.ts';

/** Servers listed for a session; of more, those farthest from the share that their weight gives. */
const LISTED_SERVERS = 8;

/** What each server got, against its weight. */
export function shareLines(session: Session, screen: Screen): string[] {
  const shares = sharesOf(session.servers);
  if (shares.length === 0) return [];
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const lines = tableLines(sharesTable(listed), screen);
  const left = shares.length - listed.length;
  const note = `and ${counted(left, 'server')} closer to the share that their weight gives`;
  return left > 0 ? [...lines, `  ${screen.paint('dim', cut(note, screen.columns - 2))}`] : lines;
}

/** What was sent at the VIP, and how fast answers came. */
export function trafficLines(session: Session, screen: Screen): string[] {
  return session.traffic.length === 0 ? [] : tableLines(trafficTable(session), screen);
}

/** What is misconfigured in the networks, each with the commands that fix it; hosts with the same mistake together. */
export function misconfigurationLines({ sessions }: Pick<Result, 'sessions'>, screen: Screen): string[] {
  return sessions.flatMap((session) => {
    const alike = Map.groupBy(session.misconfigurations, ({ id, cure }) => [id, ...cure].join('\n'));
    return [...alike.values()].flatMap((mistakes) => mistakeLines(suiteTitle(session), mistakes, screen));
  });
}

function mistakeLines(title: string, mistakes: Session['misconfigurations'], screen: Screen): string[] {
  const [first, ...others] = mistakes;
  if (first === undefined) return [];
  const also =
    others.length === 0 ? '' : ` The same is wrong on ${others.map(({ host }) => host).join(', ')}.`;
  const hosts = mistakes.map(({ host }) => host).join(', ');
  return [
    ...wrap(plain(`${title}: ${first.message}${also}`), screen.columns - 4).map(
      (line, index) => `  ${index === 0 ? screen.paint('yellow', '!') : ' '} ${line}`,
    ),
    ...(first.cure.length > 0 ? [`    ${screen.paint('dim', plain(`to fix it, run on ${hosts}:`))}`] : []),
    // Commands stay in one piece, to be copied.
    ...first.cure.map((command) => `      ${screen.paint('cyan', plain(command))}`),
  ];
}
