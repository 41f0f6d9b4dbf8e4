/** A dialogue with ipvsadm: what was asked, what should be answered, and what was. */
import { type Finding, finding } from './finding.ts';
import { refusalOf, type Stage } from './stage.ts';

/** What a command answers that is carried out and prints nothing. */
const DONE = 'done';

interface Exchange {
  readonly command: string;
  readonly expected: string;
  readonly seen: string;
}

export class Dialogue {
  readonly exchanges: Exchange[] = [];
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Commands that change something are carried out. */
  async does(...commands: readonly string[]): Promise<void> {
    for (const command of commands) {
      const refusal = await refusalOf(this.#stage, command);
      this.#note(command, DONE, refusal === undefined ? DONE : `refused: ${refusal}`);
    }
  }

  /** A command that changes something is refused in these words, and leaves everything as it was. */
  async refuses(command: string, text: string): Promise<void> {
    const before = await this.#everything();
    await this.isRefused(command, text);
    const unchanged = (await this.#everything()) === before;
    if (!unchanged) this.#note(command, 'nothing changes', 'something changed');
  }

  /** As `refuses`, where lists that follow show whether it changed something. */
  async isRefused(command: string, text: string): Promise<void> {
    const refusal = await refusalOf(this.#stage, command);
    const said = refusal?.includes(text) === true ? text : (refusal ?? DONE);
    this.#note(command, `refused: ${text}`, `refused: ${said}`);
  }

  /** Lines are read together, as by `ipvsadm -R`, and this and no more is said of those that are refused. */
  async restores(lines: readonly string[], said: readonly string[]): Promise<void> {
    const refusal = await refusalOf(this.#stage, ...lines);
    const expected = said.length === 0 ? DONE : said.join('\n');
    this.#note(`-R: ${lines.join(' | ')}`, expected, refusal ?? DONE);
  }

  /** A list is these lines, blanks at their ends included. */
  async prints(command: string, lines: readonly string[]): Promise<void> {
    this.#note(command, lines.join('\n'), await this.#printed(command));
  }

  /** The same of the lines of servers alone. */
  async printsServers(command: string, lines: readonly string[]): Promise<void> {
    const printed = (await this.#printed(command)).split('\n').slice(2);
    const servers = printed.filter((line) => line.startsWith('  -> '));
    this.#note(command, lines.join('\n'), servers.join('\n'));
  }

  /** A command that would print a list is refused in these words. */
  async refusesToPrint(command: string, text: string): Promise<void> {
    try {
      this.#note(command, `refused: ${text}`, await this.#printed(command));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#note(command, `refused: ${text}`, `refused: ${said.includes(text) ? text : said}`);
    }
  }

  async #printed(command: string): Promise<string> {
    return (await this.#stage.director.ipvsadm(...command.split(' '))).replace(/\n$/, '');
  }

  /** All that commands can set. */
  async #everything(): Promise<string> {
    const lists = ['-Sn', '-Ln --nosort --thresholds', '-L --timeout', '-L --daemon'];
    const printed: string[] = [];
    for (const list of lists) printed.push(await this.#printed(list));
    return printed.join('\n');
  }

  #note(command: string, expected: string, seen: string): void {
    this.exchanges.push({ command, expected, seen });
  }
}

/** Each answer that is not as it should be, with the lines that differ. */
export function judgeExchanges(exchanges: readonly Exchange[]): Finding[] {
  return exchanges
    .filter(({ expected, seen }) => expected !== seen)
    .map(({ command, expected, seen }) =>
      finding(`ipvsadm ${command} does not answer as it should.`, differingLines(expected, seen)),
    );
}

function differingLines(expected: string, seen: string) {
  const wanted = expected.split('\n');
  const printed = seen.split('\n');
  return Array.from({ length: Math.max(wanted.length, printed.length) }, (_, i) => ({
    field: `line ${i + 1}`,
    expected: wanted[i] ?? 'no line',
    seen: printed[i] ?? 'no line',
  })).filter((line) => line.expected !== line.seen);
}
