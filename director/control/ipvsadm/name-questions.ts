/**
 * Names within a command line. A parser is a generator that asks for a name's number where it meets one and is told
 * the answer there, so that it needs no network itself: what is wrong is found in the order in which it stands.
 */
import type { ProtocolName } from './backend/operations.ts';

export type NameQuestion =
  /** The IPv4 address of a host, as a signed 32-bit integer. */
  | { readonly host: string }
  /** The port of a service. */
  | { readonly service: string; readonly protocol: ProtocolName };

/** Undefined if nobody has that name. */
export type NameAnswer = number | undefined;

export type Asking<Result> = Generator<NameQuestion, Result, NameAnswer>;
