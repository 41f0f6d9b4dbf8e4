/** The other side of a `Conversation`: what a program does that is asked things. It ends when nobody can ask any more. */
import { createInterface } from 'node:readline';

/** A request that every program answers by itself, to say that it listens. */
export const READY = 'ready?';

/** @param answer is given one request after the other. What it throws is told to who asked. */
export async function answerRequests<Request>(answer: (request: Request) => unknown): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answered(line, answer))}\n`);
  }
}

async function answered<Request>(line: string, answer: (request: Request) => unknown): Promise<object> {
  try {
    const request = JSON.parse(line);
    return { done: request === READY ? null : ((await answer(request as Request)) ?? null) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
