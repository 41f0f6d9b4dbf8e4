/** Reads a command line from left to right, as far as that does not depend on the backend. */

import type { DaemonRole } from './backend/operations.ts';
import { CommandLine, DEFAULT_SCHEDULER } from './command-line.ts';
import { ExitError, fail, OptionError, tryHelp } from './errors.ts';
import { helpText, VERSION_TEXT } from './help.ts';
import type { Asking } from './name-resolver.ts';
import { readTimeout } from './numbers.ts';
import { OptionReader, type ReadOption } from './option-reader.ts';
import { readOption } from './read-option.ts';
import { readSchedulerFlags } from './scheduler-flags.ts';

/**
 * @param words All after the program's own name; there is at least one.
 * @param program The program's own name, for messages.
 * @throws ExitError where the program ends with this; OptionError where the words are no options.
 */
export function* parseCommand(words: readonly string[], program: string): Asking<CommandLine> {
  const reader = new OptionReader(words);
  const line = readCommand(reader, program);
  let schedulerFlags = '';
  for (let option = reader.next(); option !== undefined; option = reader.next()) {
    if (option.id === 'sched-flags') schedulerFlags = option.value ?? '';
    yield* readOption(line, option, reader.lastWord);
  }
  if (line.command === 'set') line.timeouts = readTimeouts(reader);
  const extra = reader.takeWord();
  if (extra !== undefined) fail(`unexpected argument ${extra}`);
  // The scheduler may come after its flags.
  line.service.flags |= readSchedulerFlags(schedulerFlags, line.service.scheduler || DEFAULT_SCHEDULER);
  return line;
}

function readCommand(reader: OptionReader, program: string): CommandLine {
  const first = firstOption(reader);
  switch (first?.id) {
    case 'help':
      throw new ExitError(0, { stdout: helpText(program) });
    case 'version':
      throw new ExitError(0, { stdout: VERSION_TEXT });
    case 'list_':
      return new CommandLine('list');
    case 'start-daemon':
    case 'stop-daemon': {
      const line = new CommandLine(first.id);
      line.daemon.role = readRole(first);
      return line;
    }
    case 'add-service':
    case 'edit-service':
    case 'delete-service':
    case 'flush':
    case 'list':
    case 'zero':
    case 'add-server':
    case 'edit-server':
    case 'delete-server':
    case 'set':
    case 'restore':
    case 'save':
      return new CommandLine(first.id);
    default:
      return tryHelp(program);
  }
}

function firstOption(reader: OptionReader): ReadOption | undefined {
  try {
    return reader.next();
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

function readRole({ id, value }: ReadOption): DaemonRole {
  if (value === 'master' || value === 'backup') return value;
  return fail(
    id === 'start-daemon' ? 'illegal start-daemon parameter specified' : 'illegal start_daemon specified',
  );
}

function readTimeouts(reader: OptionReader): CommandLine['timeouts'] {
  const [tcp, tcpFin, udp] = [reader.takeWord(), reader.takeWord(), reader.takeWord()];
  if (tcp === undefined || tcpFin === undefined || udp === undefined) {
    return fail('--set option requires 3 timeout values');
  }
  return { tcp: readTimeout(tcp, 0), tcpFin: readTimeout(tcpFin, 0), udp: readTimeout(udp, 0) };
}
