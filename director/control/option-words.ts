/** Splits the words of a rule into options and their values. */
import { RuleError } from '../services/rule-error.ts';
import { type OptionForm, RULE_OPTIONS, type RuleOption, UNSUPPORTED_OPTIONS } from './ipvsadm-options.ts';

/** Values of the options given; an empty text where there is none. */
export type Options = Partial<Record<RuleOption, string>>;

export function readOptions(words: readonly string[]): Options {
  const options: Options = {};
  for (let i = 0; i < words.length; i++) {
    const [word = '', attached] = splitAttached(words[i] as string);
    const [name, form] = optionNamed(word);
    if (options[name] !== undefined) throw new RuleError(`'${name}' is given twice`);
    const next = words[i + 1];
    if (form.value === 'none') {
      options[name] = '';
    } else if (attached !== undefined) {
      options[name] = attached;
    } else if (form.value === 'optional' && (next === undefined || next.startsWith('-'))) {
      options[name] = '';
    } else {
      if (next === undefined) throw new RuleError(`'${name}' needs a value after ${word}`);
      options[name] = next;
      i++;
    }
  }
  return options;
}

function optionNamed(word: string): [RuleOption, OptionForm] {
  for (const [name, form] of Object.entries<OptionForm>(RULE_OPTIONS)) {
    if (word === form.short || word === form.long) return [name as RuleOption, form];
  }
  const feature = UNSUPPORTED_OPTIONS[word];
  throw new RuleError(
    feature === undefined ? `unknown option "${word}"` : `${feature} (${word}) are not supported yet`,
  );
}

/** `--weight=3` is `--weight 3`. */
function splitAttached(word: string): [string, string?] {
  const equals = word.indexOf('=');
  if (!word.startsWith('--') || equals < 0) return [word];
  return [word.slice(0, equals), word.slice(equals + 1)];
}
