import type { ProtocolName } from '../../wire/ports.ts';

export type NameQuestion =
  /** The IPv4 address of a host, as a signed 32-bit integer. */
  | { readonly host: string }
  /** The port of a service. */
  | { readonly service: string; readonly protocol: ProtocolName };

/** Undefined if nobody has that name. */
export type NameAnswer = number | undefined;

export type Asking<Result> = Generator<NameQuestion, Result, NameAnswer>;
