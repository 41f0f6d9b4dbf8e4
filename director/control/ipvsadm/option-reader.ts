/** Splits words into options and their values, by the rules of popt: short ones may be bundled, `-w5`, `--weight=5`. */
import { OptionError } from './errors.ts';
import { type KnownOption, type OptionId, optionByLong, optionByShort } from './option-table.ts';

export interface ReadOption {
  readonly id: OptionId;
  /** Undefined where there is none. */
  readonly value: string | undefined;
}

const UNKNOWN = 'unknown option';
const MISSING = 'missing argument';
const UNWANTED = 'option does not take an argument';

export class OptionReader {
  readonly #words: readonly string[];
  /** The word that is read next. */
  #at = 0;
  /** What is left of a word of bundled options. */
  #bundle = '';
  #optionsAreOver = false;
  #left: string[] = [];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** The word that was read last: messages name this one. */
  get lastWord(): string {
    return this.#words[this.#at - 1] ?? '';
  }

  /** The next option; undefined after the last one. @throws OptionError */
  next(): ReadOption | undefined {
    if (this.#bundle !== '') return this.#readBundled();
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] as string;
      if (this.#optionsAreOver || !word.startsWith('-') || word === '-') this.#left.push(word);
      else if (word === '--') this.#optionsAreOver = true;
      else if (word.startsWith('--')) return this.#readLong(word.slice(2));
      else {
        this.#bundle = word.slice(1);
        return this.#readBundled();
      }
    }
    return undefined;
  }

  /** Takes the next word that belongs to no option. To be called after the last one. */
  takeWord(): string | undefined {
    return this.#left.shift();
  }

  #readLong(text: string): ReadOption {
    const equals = text.indexOf('=');
    const option = optionByLong(equals < 0 ? text : text.slice(0, equals));
    return this.#withValue(option, equals < 0 ? undefined : text.slice(equals + 1));
  }

  #readBundled(): ReadOption {
    // Bytes and characters are the same for every letter that is an option.
    const option = optionByShort(this.#bundle[0] as string);
    const rest = this.#bundle.slice(1);
    this.#bundle = '';
    if (option === undefined) throw this.#error(UNKNOWN);
    if (option.value === 'none') {
      if (rest.startsWith('=')) throw this.#error(UNWANTED);
      this.#bundle = rest;
      return { id: option.id, value: undefined };
    }
    return this.#withValue(option, rest === '' ? undefined : rest.replace(/^=/, ''));
  }

  #withValue(option: KnownOption | undefined, attached: string | undefined): ReadOption {
    if (option === undefined) throw this.#error(UNKNOWN);
    const { id, value } = option;
    if (value === 'none') {
      if (attached !== undefined) throw this.#error(UNWANTED);
      return { id, value: undefined };
    }
    if (attached !== undefined) return { id, value: attached };
    const next = this.#words[this.#at];
    if (value === 'optional' && (next === undefined || next.startsWith('-'))) return { id, value: undefined };
    if (next === undefined) throw this.#error(MISSING);
    this.#at++;
    return { id, value: next };
  }

  #error(what: string): OptionError {
    return new OptionError(`${this.lastWord}: ${what}`);
  }
}
