/** Where a packet of a connection was seen, as an index into the state tables. */
export const DIRECTION = {
  /** From the client, where the server's packets are seen too. */
  input: 0,
  /** From the server. */
  output: 1,
  /** From the client, where the server's packets are never seen: DR and TUN. */
  inputOnly: 2,
} as const;

export type Direction = (typeof DIRECTION)[keyof typeof DIRECTION];
