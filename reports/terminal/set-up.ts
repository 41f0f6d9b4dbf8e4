import type { Result } from '../result.ts';
import { suiteTitle } from '../suites.ts';
import type { Screen } from './screen.ts';
import { plain, wrap } from './text.ts';

/** What is set up wrongly in the networks, each with the commands that mend it. */
export function misconfigurationLines({ sessions }: Pick<Result, 'sessions'>, screen: Screen): string[] {
  return sessions.flatMap((session) =>
    session.misconfigurations.flatMap(({ message, host, cure }) => [
      ...wrap(plain(`${suiteTitle(session)}: ${message}`), screen.columns - 4).map(
        (line, index) => `  ${index === 0 ? screen.paint('yellow', '!') : ' '} ${line}`,
      ),
      ...(cure.length > 0 ? [`    ${screen.paint('dim', plain(`to be run on ${host}:`))}`] : []),
      // Commands stay in one piece, to be copied.
      ...cure.map((command) => `      ${screen.paint('cyan', plain(command))}`),
    ]),
  );
}
