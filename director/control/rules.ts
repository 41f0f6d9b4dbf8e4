/**
 * Rules as text, in the language of `ipvsadm -R`: one command a line, as `ipvsadm -S` writes them. Lines may start with
 * `ipvsadm`; empty lines and lines that start with `#` say nothing. Hosts and services are given by number.
 */
import { RuleError } from '../services/rule-error.ts';
import type { DirectorState } from '../state.ts';
import { isRefusal } from './ipvsadm/backend/answers.ts';
import { LocalBackend } from './ipvsadm/backend/local-backend.ts';
import type { Operation } from './ipvsadm/backend/operations.ts';
import type { CommandLine } from './ipvsadm/command-line.ts';
import { ExitError, MINUS_ONE, OptionError } from './ipvsadm/errors.ts';
import { changeOf, checkLine } from './ipvsadm/operations-of.ts';
import { parseCommand } from './ipvsadm/parse-command.ts';
import { refusalText } from './ipvsadm/refusal-text.ts';

const PROGRAM = 'ipvsadm';
const BEGINNINGS = 'expected -A -E -D -C -a -e -d -Z or --set';

/** A line of rules, understood. */
export interface Rule {
  /** Where it stands, for messages: name of the text, line, and what the line says. */
  readonly place: string;
  readonly text: string;
  readonly operation: Operation;
}

/** Parses a whole text. Throws a RuleError that names the line; nothing has been applied then. */
export function parseRules(text: string, name = 'rules'): Rule[] {
  return text.split('\n').flatMap((line, index) => {
    const words = line.split(/\s+/).filter((word) => word !== '');
    if (words[0] === PROGRAM) words.shift();
    if (words[0] === undefined || words[0].startsWith('#')) return [];
    const place = `${name}, line ${index + 1}`;
    return [{ place, text: line.trim(), operation: operationOf(words, place, line.trim()) }];
  });
}

/**
 * Carries rules out in order; `Core.rulesChanged` is to be called after it, whether or not it throws. Throws a RuleError
 * that names the first line that is refused; those before it have been carried out, as by `ipvsadm -R`.
 */
export function applyRules(state: DirectorState, rules: readonly Rule[], nowMs = 0): void {
  const backend = new LocalBackend({ state, now: () => nowMs, change: (apply) => apply() });
  for (const { operation, place, text } of rules) {
    const [answer] = backend.perform([operation]);
    if (answer !== undefined && isRefusal(answer)) throw refused(place, refusalText(operation, answer), text);
  }
}

function operationOf(words: string[], place: string, text: string): Operation {
  const operation = changeOf(commandLine(words, place, text));
  if (operation === undefined) throw refused(place, `${words[0]} does not change rules`, text);
  return operation;
}

function commandLine(words: string[], place: string, text: string): CommandLine {
  try {
    const parsing = parseCommand(words, PROGRAM);
    let step = parsing.next();
    // Nobody is asked for names: what rules mean must not depend on who answers.
    while (!step.done) step = parsing.next(undefined);
    checkLine(step.value);
    return step.value;
  } catch (error) {
    if (error instanceof OptionError) throw refused(place, error.message, text);
    if (!(error instanceof ExitError)) throw error;
    // Where ipvsadm only points at its help, a line of rules deserves to be told what it may begin with.
    const isHint = error.exitCode === MINUS_ONE;
    throw refused(
      place,
      isHint ? `"${words[0]}" does not start a rule; ${BEGINNINGS}` : error.message.trim(),
      text,
    );
  }
}

function refused(place: string, problem: string, text: string): RuleError {
  return new RuleError(`${place}: ${problem}\n  ${text}`);
}
