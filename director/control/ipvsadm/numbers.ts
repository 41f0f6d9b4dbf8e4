/** Numbers as `ipvsadm` reads them. */
import { fail } from './errors.ts';

/** As strtol with base 10: blanks and a sign may come first. */
const WHOLE_NUMBER = /^[ \t\n\v\f\r]*[+-]?\d+$/;

export const MAX_INT = 2_147_483_647;
const MAX_MARK = 4_294_967_295;
/** 31 days. */
export const MAX_TIMEOUT_SECONDS = 2_678_400;
const DEFAULT_PERSISTENCE_SECONDS = 360;

/** The number that a text is; undefined if it is none from `least` to `most`. */
export function numberWithin(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return WHOLE_NUMBER.test(text) && value >= least && value <= most ? value + 0 : undefined;
}

export function readNumber(text: string, least: number, most: number, message: string): number {
  return numberWithin(text, least, most) ?? fail(message);
}

/** Seconds. */
export function readTimeout(text: string, least: number): number {
  return readNumber(text, least, MAX_TIMEOUT_SECONDS, `invalid timeout value \`${text}' specified`);
}

/** @param text Undefined where `-p` stands alone. */
export function readPersistence(text: string | undefined): number {
  return text === undefined ? DEFAULT_PERSISTENCE_SECONDS : readTimeout(text, 1);
}

/** A firewall mark, 1 to 2^32 - 1. */
export function readMark(text: string): number {
  return readNumber(text, 1, MAX_MARK, `invalid fwmark value \`${text}' specified`);
}

/** The number that a text begins with, 0 if it begins with none. */
export function leadingNumber(text: string): number {
  return Number(/^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}
