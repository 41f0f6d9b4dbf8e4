/** Counts visits of sessions in redis, which all servers share. Connects when first asked, and again after a failure. */
export class SessionCounter {
  readonly #host: string;
  readonly #port: number;
  #connection: Promise<{ incr(key: string): Promise<number> }> | undefined;

  constructor({ host, port }: { host: string; port: number }) {
    this.#host = host;
    this.#port = port;
  }

  /**
   * @returns how often this session was counted, by any server.
   * @throws Error naming the store, if it cannot be reached.
   */
  async count(session: string): Promise<number> {
    try {
      this.#connection ??= this.#connect();
      const connection = await this.#connection;
      return await connection.incr(`session:${session}`);
    } catch (error) {
      this.#connection = undefined;
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new Error(`The store at ${this.#host}:${this.#port} does not answer: ${why}`);
    }
  }

  async #connect() {
    // Loaded only here: it is most of the server’s code, and most labs count no sessions.
    const { createClient } = await import('@redis/client');
    const client = createClient({
      socket: { host: this.#host, port: this.#port, connectTimeout: 1_000, reconnectStrategy: false },
      disableOfflineQueue: true,
    });
    // Without a listener a lost connection would end the server; the next request connects again.
    client.on('error', () => {
      this.#connection = undefined;
    });
    await client.connect();
    return client;
  }
}
