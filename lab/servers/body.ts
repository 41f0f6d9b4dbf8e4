import { createCipheriv, createHash } from 'node:crypto';

export interface Body {
  readonly bytes: Buffer;
  /** In hexadecimal. */
  readonly sha256: string;
}

const made = new Map<number, Body>();

/** How many sizes are kept, so that a load of equal requests does not measure the making of bodies. */
const KEPT_SIZES = 8;

/**
 * The body for a size in bytes: random to look at, and the same on every server and in every run.
 * It is the key stream of AES-128-CTR with key and counter zero.
 */
export function bodyOf(size: number): Body {
  const known = made.get(size);
  if (known) return known;
  const bytes = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));
  const body = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  if (made.size >= KEPT_SIZES) made.delete(made.keys().next().value!);
  made.set(size, body);
  return body;
}
